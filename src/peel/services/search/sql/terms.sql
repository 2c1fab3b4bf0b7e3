set local check_function_bodies = off;

-- Its setting, which a function below sets, is known once the library is loaded.
select public.show_limit();

-- The words of things, places and texts, and what one that nobody wrote so may stand for. Words of
-- persons' names have a vocabulary of their own. The words never leave the database: one may stand in
-- hidden records only, so what comes of a comparison are records that the caller sees.

-- Those of these words that are not known yet. Two that bring a new one at once both write it, so that nobody
-- waits for another. Always by index: the table grows while a plan is held.
create or replace function search.add_terms(p_words text[]) returns void
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp
set enable_seqscan = off set enable_nestloop = on set enable_hashjoin = off set enable_mergejoin = off
set jit = off as $$
begin
  insert into public.search_term (word)
  select w.word from unnest(p_words) w(word)
  where w.word ~ '^[a-z]{4,24}$'
    and not exists (select from public.search_term o where o.word = w.word collate "C");
end
$$;

-- The words of documents that are written. A plan made for one document must serve for thousands.
create or replace function search.keep_terms() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp
set enable_nestloop = off set jit = off as $$
begin
  if tg_op = 'INSERT' then
    perform search.add_terms(array(select distinct t.word from fresh f
      cross join lateral unnest(tsvector_to_array(f.vector)) t(word) where f.kind <> 'pole.nominal'));
  else
    -- Most changes of a record leave its words as they are.
    perform search.add_terms(array(select distinct t.word from fresh f join stale s using (record_id)
      cross join lateral unnest(tsvector_to_array(f.vector)) t(word)
      where f.kind <> 'pole.nominal' and f.vector is distinct from s.vector));
  end if;
  return null;
end
$$;

create or replace trigger search_keep_terms_insert after insert on public.records_document
  referencing new table as fresh for each statement execute function search.keep_terms();
create or replace trigger search_keep_terms_update after update on public.records_document
  referencing old table as stale new table as fresh for each statement execute function search.keep_terms();

-- All of them anew, as `search.refill` does for what else search knows.
create or replace function search.refill_terms() returns void
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  truncate public.search_term;
  insert into public.search_term (word)
  with held as materialized (
    select distinct t.word from public.records_document d
    cross join lateral unnest(tsvector_to_array(d.vector)) t(word) where d.kind <> 'pole.nominal')
  select w.word from held w where w.word ~ '^[a-z]{4,24}$';
end
$$;

-- Words that no document has any more, and second copies of one: forgotten.
create or replace function search.sweep_terms() returns bigint
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp
set enable_seqscan = off set jit = off as $$
declare
  swept bigint;
begin
  delete from public.search_term t
  where exists (select from public.search_term o where o.word = t.word and o.id < t.id)
    or not exists (select from public.records_document d
      where d.vector @@ t.word::tsquery and d.kind <> 'pole.nominal');
  get diagnostics swept = row_count;
  return swept;
end
$$;

-- What a word may stand for, as alternatives of a text query: itself (a long one only begun, as in
-- `search.texts`), and the words one slip away, or two of a long word: a letter too many, missing, wrong, or two
-- changed round. No list is cut by number: a hidden word would push out a visible one.
create or replace function search.alternatives(p_word text) returns text
language plpgsql stable set search_path = pg_catalog, public, pg_temp
set enable_seqscan = off set jit = off set pg_trgm.similarity_threshold = 0.3 as $$
begin
  -- What words one slip apart have in common at least: a short word has few trigrams to lose.
  perform set_config('pg_trgm.similarity_threshold',
    case when length(p_word) < 6 then '0.2' when length(p_word) < 8 then '0.27' else '0.35' end, true);
  return (
    select string_agg(distinct a.word, ' | ') from (
      select p_word || case when length(p_word) > 2 then ':*' else '' end as word
      union all
      select t.word from public.search_term t
      where p_word ~ '^[a-z]{4,24}$' and t.word % p_word
        and public.levenshtein_less_equal(t.word, p_word, 2) <= case
          when length(p_word) > 5 or search.letters(t.word) = search.letters(p_word) then 2 else 1 end) a);
end
$$;

-- The letters of a word in the order of the alphabet.
create or replace function search.letters(p_word text) returns text
language sql immutable parallel safe
return (select string_agg(c, '' order by c) from string_to_table(p_word, null) c);

-- Records that hold all words, where words that nobody wrote so may stand for others; `met` are the words of
-- the record that were meant. Persons are left out: their names are compared by the person engine.
create or replace function search.texts_like(p_words text[], p_kinds text[], p_limit integer)
returns table (record_id uuid, record_kind text, met text[])
language plpgsql stable rows 100 security definer
set search_path = pg_catalog, public, pg_temp
set enable_seqscan = off set jit = off as $$
declare
  who access.speaker := access.identity();
  organisations uuid[] := who.organisations;
  clearance smallint := who.clearance;
  caller uuid := who.user_id;
  ways text[] := array(select search.alternatives(w) from unnest(p_words) with ordinality p(w, n) order by n);
  asked tsquery := to_tsquery('simple', '(' || array_to_string(ways, ') & (') || ')');
  meant text[] := string_to_array(array_to_string(ways, ' | '), ' | ');
begin
  return query
  select d.record_id, d.kind::text, array(
    select l from unnest(tsvector_to_array(d.vector)) l
    where l = any (meant) or exists (select from unnest(p_words) w where starts_with(l, w)))
  from public.records_document d
  where d.vector @@ asked and d.kind = any (p_kinds) and d.kind <> 'pole.nominal'
    and pole.open_to(d.record_id, d.organisation_id, d.marking, d.restricted, organisations, clearance, caller)
  limit p_limit;
end
$$;

revoke all on function search.add_terms(text[]), search.keep_terms(), search.refill_terms(), search.sweep_terms(),
  search.alternatives(text), search.letters(text), search.texts_like(text[], text[], integer) from public;
grant execute on function search.texts_like(text[], text[], integer) to peel_web, peel_worker;
grant execute on function search.sweep_terms() to peel_worker;
