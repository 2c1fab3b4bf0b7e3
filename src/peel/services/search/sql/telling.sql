set local check_function_bodies = off;

-- New hits of kept searches. A record that was written does not ask every kept search: what it says is
-- made into keys, and by these it finds the searches whose rarest part it meets. Keys begin with what
-- they are: w a word of a document (or its beginning), n a word of a name (or what is spelt or sounds
-- nearly so), k a whole number, b its beginning, e its end (backwards), i a part of a registration mark.

-- What a word of a name and one like it share: either without one letter, and how they sound.
create or replace function search.variants(p_word text) returns setof text
language sql immutable parallel safe
begin atomic
  select p_word
  union select overlay(p_word placing '' from place for 1) from generate_series(1, length(p_word)) place
  where length(p_word) between 4 and 24
  union select '~' || sound from unnest(array[
    public.dmetaphone(left(p_word, 40)), public.dmetaphone_alt(left(p_word, 40))]) sound
  where length(sound) > 1;
end;

-- The keys of a record: of all that is said of it, for who may know what is judged later.
create or replace function search.clues_of(p_record uuid) returns setof text
language plpgsql stable set search_path = pg_catalog, public, pg_temp
set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
begin
  return query
  select 'w' || left(word.lexeme, size) from public.records_document d
  cross join lateral unnest(d.vector) word
  cross join lateral generate_series(least(3, length(word.lexeme)), least(6, length(word.lexeme))) size
  where d.record_id = p_record
  union
  select 'n' || search.variants(word) from public.search_name n
  cross join lateral unnest(string_to_array(n.family || ' ' || n.given, ' ')) word
  where n.record_id = p_record and length(word) > 1
  union
  select key.said from public.search_number n cross join lateral (
    select 'k' || n.value
    union all
    select 'b' || left(n.value, size) from generate_series(2, least(length(n.value), 16)) size
    union all
    select 'e' || left(reverse(n.value), size) from generate_series(2, least(length(n.value), 16)) size
    union all
    select 'i' || substr(n.value, place, size) from generate_series(1, length(n.value)) place
    cross join generate_series(3, 8) size
    where n.record_kind = 'objects.vehicle' and length(n.value) <= 10 and place + size - 1 <= length(n.value)
  ) key(said)
  where n.record_id = p_record and n.sort <> 'born';
end
$$;

-- Tell the caller of new hits of a question of his, as whom he is now, or no longer (without parts).
-- Which part is rarest is known from the statistics that the planner keeps of words; a number is rarer
-- than any word, and of words that are not in the statistics the longest.
create or replace function search.listen(p_question uuid, p_parts jsonb, p_at timestamptz) returns void
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  caller access.speaker := access.identity();
begin
  update public.search_question q set
    tells_as_id = case when jsonb_array_length(p_parts) > 0 then caller.appointment_id end,
    tells_since = case when jsonb_array_length(p_parts) > 0 then p_at end
  where q.id = p_question and q.user_id = caller.user_id;
  if not found then
    raise exception 'no such question' using errcode = 'P0002';
  end if;
  delete from public.search_clue c where c.question_id = p_question;
  -- Stopped and begun again, it tells of nothing twice; let go, it leaves nothing behind.
  delete from public.search_told t using public.search_question q
  where t.question_id = p_question and q.id = p_question and not q.kept;
  insert into public.search_clue (question_id, part, key, anchor)
  select distinct p_question, p.place, k.key, false
  from jsonb_array_elements(p_parts) with ordinality p(keys, place)
  cross join lateral jsonb_array_elements_text(p.keys) given(key)
  cross join lateral (
    select given.key where given.key not like 'n%'
    union all select 'n' || search.variants(substr(given.key, 2)) where given.key like 'n%') k;
  with common as materialized (
    select e.word, e.share from pg_stats s
    cross join lateral unnest(s.most_common_elems::text::text[], s.most_common_elem_freqs) e(word, share)
    where s.schemaname = 'public' and s.tablename = 'records_document' and s.attname = 'vector'
  )
  update public.search_clue c set anchor = true
  where c.question_id = p_question and c.part = (
    select o.part from public.search_clue o
    where o.question_id = p_question
    group by o.part
    order by bool_or(o.key like 'w%'), coalesce(max((
        select sum(w.share) from common w where o.key like 'w%' and starts_with(w.word, substr(o.key, 2)))), 0),
      max(length(o.key)) desc, o.part
    limit 1);
end
$$;

-- The questions that the records changed since the last time may be hits of: by all their parts, by
-- somebody else than their owner, not seen by him and not told before. Moves on by so many events;
-- `looked`, in a last row, tells how many there were.
create or replace function search.roused(p_limit integer)
returns table (looked bigint, question_id uuid, user_id uuid, question text, record_id uuid, at timestamptz)
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp
set enable_seqscan = off set jit = off set plan_cache_mode = force_generic_plan as $$
declare
  newest bigint := (select p.last from public.base_publication p where p.id = 1);
  place bigint;
  reached bigint;
  several bigint := 0;
begin
  insert into public.search_place (id, published) values (1, 0) on conflict do nothing;
  select least(p.published, newest) into place from public.search_place p where p.id = 1 for update;
  if exists (select from public.search_clue c where c.anchor) then
    select count(*), max(e.published) into several, reached from (
      select b.published from public.base_event b where b.published > place and b.published <= newest
      order by b.published limit p_limit) e;
  end if;
  -- Fewer than were asked for are all; while nobody is to be told, nothing is looked at.
  reached := case when several < p_limit then newest else reached end;
  update public.search_place set published = reached where id = 1;
  if several > 0 then
    return query
    with changed as materialized (
      select e.record_id, max(e.at) as at, array_agg(a.user_id) as writers from public.base_event e
      join public.access_appointment a on a.id = (e.payload ->> 'by')::uuid
      where e.published > place and e.published <= reached and e.name = 'record.changed'
      group by e.record_id
    ), said as materialized (
      select c.record_id, c.at, c.writers, k.key from changed c cross join lateral search.clues_of(c.record_id) k(key)
    ), near as materialized (
      select distinct s.record_id, s.at, s.writers, c.question_id
      from said s join public.search_clue c on c.key = s.key and c.anchor
    ), held as materialized (
      select n.record_id, array(select search.clues_of(n.record_id)) as keys
      from (select distinct m.record_id from near m) n
    )
    select 0::bigint, q.id, q.user_id, q.text::text, n.record_id, n.at
    from near n join held h on h.record_id = n.record_id
    join public.search_question q on q.id = n.question_id
    where q.kept and q.tells_since <= n.at and n.record_id <> all (q.seen)
      and exists (select from unnest(n.writers) w where w <> q.user_id)
      and not exists (
        select from public.search_told t where t.question_id = q.id and t.record_id = n.record_id)
      and not exists (
        select from (select distinct c.part from public.search_clue c where c.question_id = q.id) w
        where not exists (
          select from public.search_clue c
          where c.question_id = q.id and c.part = w.part and c.key = any (h.keys)));
  end if;
  return query select several, null::uuid, null::uuid, null::text, null::uuid, null::timestamptz;
end
$$;

-- What the owner of a question may know of a record in the post in which he asked to be told: names as
-- "kind|family|given", numbers as "sort:value", and whether it holds all these words. Nothing where he may
-- not see it now.
create or replace function search.known_to(p_question uuid, p_record uuid, p_words text)
returns table (kind text, names text[], numbers text[], holds boolean)
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  who access.speaker := (
    select access.standing(q.tells_as_id) from public.search_question q where q.id = p_question);
begin
  return query
  select r.kind::text,
    array(select n.kind || '|' || n.family || '|' || n.given from public.search_name n
          where n.record_id = r.id and search.told(n.said_marking, n.said_in, who)),
    array(select n.sort || ':' || n.value from public.search_number n
          where n.record_id = r.id and search.told(n.said_marking, n.said_in, who)
            and (n.via is null or pole.sees(n.via, who))),
    p_words <> '' and exists (
      select from public.records_document d
      where d.record_id = r.id and d.vector @@ to_tsquery('simple', public.unaccent(p_words))
        and (d.kind <> 'pole.nominal' or search.knows_all(r.id, who)))
  from public.records_record r join public.access_appointment a on a.id = (who).appointment_id
  where r.id = p_record and pole.sees(r.id, who) and records.role_may(a.role_id, r.kind || '.view');
end
$$;

revoke all on function search.variants(text), search.clues_of(uuid), search.listen(uuid, jsonb, timestamptz),
  search.roused(integer), search.known_to(uuid, uuid, text) from public;
grant execute on function search.listen(uuid, jsonb, timestamptz) to peel_web;
grant execute on function search.roused(integer), search.known_to(uuid, uuid, text) to peel_worker;
