set local check_function_bodies = off;

-- The words of files. The table is closed to the web role: text search is not leakproof, so its
-- index would be dropped under row-level security. Each function applies visibility itself, and
-- before any limit.
create schema if not exists attachments;
grant usage on schema attachments to peel_web, peel_worker;

create or replace function attachments.carry_words() returns trigger
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  new.vector := to_tsvector('simple', public.unaccent(new.words));
  new.letters := length(new.words);
  return new;
end
$$;

create or replace trigger attachments_words before insert or update of words on attachments_filetext
  for each row execute function attachments.carry_words();

-- Files that whoever speaks may open as far as it is for visibility to say: not withdrawn, found
-- clean, within his clearance, of a record that he sees. Written into the query that asks.
create or replace function attachments.seen_file(p_id uuid, p_who access.speaker)
returns table (id uuid, record_id uuid, kind text) language sql stable as $$
  select a.id, a.record_id, r.kind from public.records_attachment a
  cross join lateral pole.seen_record(a.record_id, p_who) r
  where a.id = p_id and a.marking <= (p_who).clearance and a.withdrawn_at is null
    and a.scan = 'clean'
$$;

-- The files in which all the words stand ("…" for words in a row, - for not, or), the best first
-- among the newest that fit, with some of the words around.
create or replace function attachments.find_words(p_words text, p_kinds text[], p_limit integer)
returns table (attachment_id uuid, record_id uuid, rank real, around text)
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  who access.speaker := access.identity();
  asked tsquery := websearch_to_tsquery('simple', public.unaccent(left(p_words, 1000)));
begin
  if numnode(asked) = 0 then
    return;
  end if;
  return query
  with found as materialized (
    select t.attachment_id as id, f.record_id, t.vector
    from public.attachments_filetext t
    cross join lateral attachments.seen_file(t.attachment_id, who) f
    where t.vector @@ asked and f.kind = any (p_kinds)
    order by t.attachment_id desc limit 2000
  ), best as materialized (
    select f.id, f.record_id, ts_rank(f.vector, asked, 1) as rank from found f
    order by 3 desc, f.id desc limit least(p_limit, 200))
  select b.id, b.record_id, b.rank, ts_headline('simple', t.words, asked,
    'StartSel="", StopSel="", MaxFragments=2, MaxWords=18, MinWords=8, FragmentDelimiter=" … "')
  from best b join public.attachments_filetext t on t.attachment_id = b.id
  order by b.rank desc, b.id desc;
end
$$;

-- What came of reading these files.
create or replace function attachments.text_states(p_files uuid[])
returns table (attachment_id uuid, state text, letters integer, whole boolean)
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  who access.speaker := access.identity();
begin
  return query
  select t.attachment_id, t.state::text, t.letters, t.whole
  from public.attachments_filetext t cross join lateral attachments.seen_file(t.attachment_id, who)
  where t.attachment_id = any (p_files);
end
$$;

-- The words of one file.
create or replace function attachments.words_of(p_file uuid)
returns table (words text, whole boolean)
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  who access.speaker := access.identity();
begin
  return query
  select t.words, t.whole
  from public.attachments_filetext t cross join lateral attachments.seen_file(t.attachment_id, who)
  where t.attachment_id = p_file and t.state = 'read';
end
$$;

revoke all on all functions in schema attachments from public;
grant execute on function attachments.find_words(text, text[], integer),
  attachments.text_states(uuid[]), attachments.words_of(uuid) to peel_web, peel_worker;
