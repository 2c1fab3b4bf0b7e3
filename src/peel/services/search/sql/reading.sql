set local check_function_bodies = off;

-- Reading: visibility is applied to every row before it counts, and what is found is told as far as the
-- caller may know it. Plans are made once, by index always: the tables grow and statistics lag behind.

-- Whether what was said may be known: by its marking, and by the record in which it was said, if in one.
-- Written into the query that asks, as `pole.open_to` for the record of which it was said.
create or replace function search.told(p_marking smallint, p_said_in uuid, p_who access.speaker)
returns boolean language sql stable as $$
  select p_marking <= (p_who).clearance and (p_said_in is null or pole.sees(p_said_in, p_who))
$$;

-- What words of names there are since a transaction, how the words of a question sound, and from which
-- transaction on to ask again. For the roles that keep them in memory to compare with; never for the web
-- role, for a word may stand in hidden names only.
create or replace function search.words_since(p_after bigint, p_tokens text[])
returns table (what text, key bigint, word text, sound text, other_sound text)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select 'word', w.key, w.word, w.sound, w.other_sound from public.search_word w where w.born_in >= p_after
  union all
  select 'token', 0, t, public.dmetaphone(left(t, 40)), public.dmetaphone_alt(left(t, 40)) from unnest(p_tokens) t
  union all
  select 'after', pg_snapshot_xmin(pg_current_snapshot())::text::bigint, '', '', ''
$$;

-- Names that may be meant: under strong keys (1), under weak ones (2), of who was born on one of these
-- days (4) or has one of these numbers (5). The nearest year of birth first.
create or replace function search.people(
  p_strong bigint[], p_weak bigint[], p_days text[], p_numbers text[], p_years integer[],
  p_limit integer
) returns table (arm integer, record_id uuid, family text, given text, born text, sex text)
language plpgsql stable rows 300 security definer
set search_path = pg_catalog, public, pg_temp
set enable_seqscan = off set jit = off set plan_cache_mode = force_generic_plan as $$
declare
  who access.speaker := access.identity();
  organisations uuid[] := who.organisations;
  clearance smallint := who.clearance;
  caller uuid := who.user_id;
begin
  return query
  with keyed as (
    select 1 as arm, k.name from public.search_key k where k.key = any (p_strong)
    union all select 2, k.name from public.search_key k where k.key = any (p_weak)
  ), numbered as (
    select case when d.sort = 'born' then 4 else 5 end as arm, d.record_id from public.search_number d
    where (d.value = any (p_days) and d.sort = 'born'
        or d.value = any (p_numbers) and d.sort <> 'born' and d.record_kind = 'pole.nominal')
      and d.organisation_id = any (organisations) and d.marking <= clearance
      and search.told(d.said_marking, d.said_in, who)
        and (d.via is null or pole.sees(d.via, who))
  ), hit as (
    select h.arm, n.* from (select min(k.arm) as arm, k.name from keyed k group by k.name) h
    join public.search_name n on n.id = h.name
    union all
    select b.arm, n.* from numbered b join public.search_name n on n.record_id = b.record_id
  ), seen as (
    select h.*, row_number() over (partition by h.arm order by case
        when p_years is null then 0 when h.born is null then 8
        when left(h.born, 4)::integer between p_years[1] and p_years[2] then 0
        when substr(h.born, 12, 4)::integer between p_years[1] - 10 and p_years[2] + 10 then 4
        else 9 end, h.id desc) as place
    from hit h
    where search.told(h.said_marking, h.said_in, who)
      and pole.open_to(h.record_id, h.organisation_id, h.marking, h.restricted, organisations, clearance, caller)
  )
  select s.arm, s.record_id, s.family, s.given, s.born, s.sex from seen s where s.place <= p_limit;
end
$$;

-- Names that hold one of these words, at most `p_each` a word, the newest first: of a word that thousands
-- bear nobody would look through all. With years, of who was born in them or a year beside, and of whom no year is known.
create or replace function search.bearers(
  p_keys bigint[], p_years integer[], p_each integer
) returns table (arm integer, record_id uuid, family text, given text, born text, sex text)
language plpgsql stable rows 100 security definer
set search_path = pg_catalog, public, pg_temp
set enable_seqscan = off set jit = off set plan_cache_mode = force_generic_plan as $$
declare
  who access.speaker := access.identity();
  organisations uuid[] := who.organisations;
  clearance smallint := who.clearance;
  caller uuid := who.user_id;
begin
  return query
  select 3, f.* from unnest(p_keys) k(key)
  cross join lateral (values (coalesce(p_years[1] - 1, 0), coalesce(p_years[2] + 1, 9999)), (0, 0))
    y(first, last)
  cross join lateral (
    select n.record_id, n.family, n.given, n.born, n.sex
    from public.search_key s join public.search_name n on n.id = s.name
    where s.key = k.key and s.year between y.first and y.last
      and search.told(n.said_marking, n.said_in, who)
      and pole.open_to(n.record_id, n.organisation_id, n.marking, n.restricted, organisations, clearance, caller)
    order by s.year desc, s.name desc limit p_each) f
  where p_years is not null or y.last > 0;
end
$$;

-- Who was born from one day to before another, if they are few enough to be looked through.
create or replace function search.born_in(p_from text, p_before text, p_limit integer)
returns table (arm integer, record_id uuid, family text, given text, born text, sex text)
language plpgsql stable rows 100 security definer
set search_path = pg_catalog, public, pg_temp
set enable_seqscan = off set jit = off set plan_cache_mode = force_generic_plan as $$
declare
  who access.speaker := access.identity();
  organisations uuid[] := who.organisations;
  clearance smallint := who.clearance;
  caller uuid := who.user_id;
begin
  return query
  with seen as materialized (
    select n.record_id, n.family, n.given, n.born, n.sex from public.search_name n
    where n.born >= p_from and n.born < p_before
      and search.told(n.said_marking, n.said_in, who)
      and pole.open_to(n.record_id, n.organisation_id, n.marking, n.restricted, organisations, clearance, caller)
    limit p_limit + 1)
  select 6, s.* from seen s where (select count(*) from seen) <= p_limit;
end
$$;

-- All that the caller may know of these persons: names as "kind|family|given", dates of birth as they
-- are kept, numbers as "sort:value".
create or replace function search.details(p_records uuid[])
returns table (record_id uuid, names text[], sex text, numbers text[])
language plpgsql stable rows 100 security definer
set search_path = pg_catalog, public, pg_temp
set enable_seqscan = off set jit = off set plan_cache_mode = force_generic_plan as $$
declare
  who access.speaker := access.identity();
begin
  return query
  select v.id, n.names, n.sex, d.numbers
  from records.visible_among(p_records) v(id)
  left join lateral (
    select array_agg(n.kind || '|' || n.family || '|' || n.given order by n.id) as names, max(n.sex) as sex
    from public.search_name n
    where n.record_id = v.id and search.told(n.said_marking, n.said_in, who)) n on true
  left join lateral (
    select array_agg(d.sort || ':' || d.value) as numbers from (
      select distinct d.sort, d.value from public.search_number d
      where d.record_id = v.id and d.sort <> ''
        and search.told(d.said_marking, d.said_in, who)
        and (d.via is null or pole.sees(d.via, who))
      limit 200) d) d on true;
end
$$;

revoke all on function search.told(smallint, uuid, access.speaker), search.words_since(bigint, text[]), search.details(uuid[]),
  search.people(bigint[], bigint[], text[], text[], integer[], integer),
  search.bearers(bigint[], integer[], integer), search.born_in(text, text, integer) from public;
grant execute on function search.details(uuid[]),
  search.people(bigint[], bigint[], text[], text[], integer[], integer),
  search.bearers(bigint[], integer[], integer), search.born_in(text, text, integer)
  to peel_web, peel_worker;
grant execute on function search.words_since(bigint, text[]) to peel_live, peel_worker;
