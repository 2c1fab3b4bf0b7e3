set local check_function_bodies = off;

-- Records by number: whole ones, and those known by their beginning or their end (`p_starts` up to
-- `p_stops`, the whole as `p_likes` has it; of the number backwards where `p_backwards`). Of registration marks, also
-- those that hold a part anywhere (`p_inside`, as LIKE has it).
create or replace function search.numbers(
  p_whole text[], p_starts text[], p_stops text[], p_likes text[], p_backwards boolean[],
  p_inside text[], p_kinds text[], p_limit integer
) returns table (record_id uuid, record_kind text, sort text, value text, fit integer)
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
  with hit as (
    select n.*, 2 as fit from public.search_number n
    where n.value = any (p_whole) and n.sort <> 'born'
    union all
    select n.*, 1 from unnest(p_starts, p_stops, p_likes, p_backwards) p(start, stop, shape, back)
    cross join lateral (
      select n.* from public.search_number n
      where not p.back and n.value >= p.start and n.value < p.stop and n.value like p.shape
        and n.sort <> 'born'
      union all
      select n.* from public.search_number n
      where p.back and n.backwards >= p.start and n.backwards < p.stop and n.backwards like p.shape
    ) n
    union all
    select n.*, 0 from unnest(p_inside) i(shape)
    join public.search_number n on n.value like i.shape and n.record_kind = 'objects.vehicle'
  )
  select h.record_id, h.record_kind, h.sort, h.value, max(h.fit) from hit h
  where h.record_kind = any (p_kinds)
    and pole.open_to(h.record_id, h.organisation_id, h.marking, h.restricted, organisations, clearance, caller)
    and search.told(h.said_marking, h.said_in, who)
    and (h.via is null or pole.sees(h.via, who))
  group by h.record_id, h.record_kind, h.sort, h.value
  order by 5 desc, h.record_id desc limit p_limit;
end
$$;

-- Whether the caller may know all that was said of a nominal. The words of her document are everybody's
-- who saw them when it was written, so without this somebody would find her by what is kept from him.
create or replace function search.knows_all(p_nominal uuid, p_who access.speaker) returns boolean
language sql stable as $$
  select not exists (
    select from (
      select marking, asserted_in_id from public.pole_nominalname where nominal_id = p_nominal
      union all select marking, asserted_in_id from public.pole_nominalfact where nominal_id = p_nominal
      union all select marking, asserted_in_id from public.pole_nominalmark where nominal_id = p_nominal
      union all
      select marking, asserted_in_id from public.pole_nominalidentifier where nominal_id = p_nominal
      union all
      select marking, asserted_in_id from public.pole_nominalcontact where nominal_id = p_nominal) f
    where not search.told(f.marking, f.asserted_in_id, p_who))
$$;

-- Records by all words of their documents. The first thousand that the caller may see are ranked;
-- `total` tells how many of the kind there are among the first `p_counted`.
create or replace function search.texts(
  p_words text, p_kinds text[], p_counted integer, p_limit integer
) returns table (record_id uuid, record_kind text, rank real, total bigint)
language plpgsql stable rows 100 security definer
set search_path = pg_catalog, public, pg_temp
set enable_seqscan = off set jit = off as $$
declare
  who access.speaker := access.identity();
  organisations uuid[] := who.organisations;
  clearance smallint := who.clearance;
  caller uuid := who.user_id;
  asked tsquery := to_tsquery('simple', public.unaccent(p_words));
begin
  return query
  with seen as materialized (
    select d.record_id as id, d.kind, d.vector from public.records_document d
    where d.vector @@ asked and d.kind = any (p_kinds)
      and pole.open_to(d.record_id, d.organisation_id, d.marking, d.restricted, organisations, clearance, caller)
      and (d.kind <> 'pole.nominal' or search.knows_all(d.record_id, who))
    limit p_counted
  ), counted as (select s.kind, count(*) as total from seen s group by s.kind),
  ranked as (
    select s.id, s.kind, ts_rank(s.vector, asked) as rank from (select * from seen limit 1000) s)
  select r.id, r.kind::text, r.rank, c.total from ranked r join counted c using (kind)
  order by r.rank desc, r.id desc limit p_limit;
end
$$;

-- What these records are linked to, at most `p_each` a record, the newest first: the caller sees both
-- ends, the record in which the link was said, and has the clearance for its marking.
create or replace function search.neighbours(p_records uuid[], p_kinds text[], p_each integer)
returns table (record_id uuid, other_id uuid, other_kind text, type text, outward boolean, caption text)
language plpgsql stable rows 500 security definer
set search_path = pg_catalog, public, pg_temp
set enable_seqscan = off set jit = off set plan_cache_mode = force_generic_plan as $$
declare
  who access.speaker := access.identity();
begin
  return query
  select near.id, l.other, l.kind, l.type_id, l.forward, d.caption::text
  from records.visible_among(p_records) near(id)
  cross join lateral pole.newest_links(near.id, p_kinds, who, null, null, p_each) l
  join public.records_document d on d.record_id = l.other;
end
$$;

-- Names that begin so: at most a few under each key, for suggestions while one types. Many thousand keys
-- may be asked for, so they are looked under some at a time, until there are enough.
create or replace function search.beginning(p_keys bigint[], p_each integer, p_limit integer)
returns table (record_id uuid) language plpgsql stable rows 10 security definer
set search_path = pg_catalog, public, pg_temp
set enable_seqscan = off set jit = off set plan_cache_mode = force_generic_plan as $$
declare
  who access.speaker := access.identity();
  organisations uuid[] := who.organisations;
  clearance smallint := who.clearance;
  caller uuid := who.user_id;
  found uuid[] := '{}';
  place integer := 1;
begin
  while place <= cardinality(p_keys) and cardinality(found) < p_limit loop
    found := found || array(
      select f.record_id from unnest(p_keys[place : place + 49]) with ordinality k(key, place)
      cross join lateral (
        select n.record_id from public.search_key s join public.search_name n on n.id = s.name
        where s.key = k.key and search.told(n.said_marking, n.said_in, who)
          and pole.open_to(n.record_id, n.organisation_id, n.marking, n.restricted, organisations, clearance, caller)
        order by s.year desc, s.name desc limit p_each) f
      where not f.record_id = any (found)
      group by f.record_id order by min(k.place), f.record_id);
    place := place + 50;
  end loop;
  return query select unnest(found[1 : p_limit]);
end
$$;

revoke all on function search.knows_all(uuid, access.speaker), search.texts(text, text[], integer, integer),
  search.numbers(text[], text[], text[], text[], boolean[], text[], text[], integer),
  search.neighbours(uuid[], text[], integer), search.beginning(bigint[], integer, integer) from public;
grant execute on function search.texts(text, text[], integer, integer),
  search.numbers(text[], text[], text[], text[], boolean[], text[], text[], integer),
  search.neighbours(uuid[], text[], integer), search.beginning(bigint[], integer, integer)
  to peel_web, peel_worker;
