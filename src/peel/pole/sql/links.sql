set local check_function_bodies = off;

-- Rules of links that look at what the writer may not see.
create schema if not exists pole;
grant usage on schema pole to peel_web, peel_worker;

-- The links by which `p_from` leads to `p_to` already, all of one type: with one from `p_to` to
-- `p_from` they would be a ring. Records that are judged the same are one. Whoever asks makes a
-- link of the type, so he takes his turn first: two halves of a ring are not made at once.
-- Nothing when there is no chain; `seen` is false, and the links are not named, when there is one
-- of which the caller may not see every part.
create or replace function pole.chain(p_type text, p_from uuid, p_to uuid)
returns table (links uuid[], seen boolean)
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  clearance smallint := access.current_clearance();
begin
  if not records.visible_now(p_from) or not records.visible_now(p_to) then
    raise exception 'no such record' using errcode = 'P0002';
  end if;
  perform pg_advisory_xact_lock(hashtextextended('link type ' || p_type, 0));
  return query
  with recursive way(at_record, path, met, ok) as (
    select r, '{}'::uuid[], identity.with_same(p_from), r = p_from
      from unnest(identity.with_same(p_from)) r
    union all
    select next.id, way.path || l.id, way.met || identity.with_same(l.to_record_id),
      way.ok and next.id = l.to_record_id and l.marking <= clearance
        and records.visible_now(l.to_record_id)
        and (l.asserted_in_id is null or records.visible_now(l.asserted_in_id))
    from way
    join public.pole_link l on l.from_record_id = way.at_record and l.type_id = p_type
      and l.ended_at is null
    cross join lateral unnest(identity.with_same(l.to_record_id)) next(id)
    where not l.to_record_id = any (way.met) and cardinality(way.path) < 100
      and not way.at_record = p_to)
  select case when w.ok then w.path end, w.ok from way w
  where w.at_record = p_to and cardinality(w.path) > 0
  order by w.ok desc, cardinality(w.path) limit 1;
end
$$;

-- One page of the links that hold of some records (the members of one person), newest first: read
-- from the index in order, visibility applied to each before it counts, and no further than needed.
create or replace function pole.links_of(
  p_records uuid[], p_kinds text[], p_at timestamptz, p_id uuid, p_limit integer
) returns table (id uuid, asserted_at timestamptz)
language plpgsql stable rows 50 security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  organisations uuid[] := access.current_organisations();
  clearance smallint := access.current_clearance();
  caller uuid := access.current_user_id();
  mine uuid[] := array(select records.visible_among(p_records));
begin
  return query
  with near as (select unnest(mine) as r), ours as (
    select f.id, f.asserted_at from near cross join lateral (
      select l.id, l.asserted_at from public.pole_link l
      join public.records_record o on o.id = l.to_record_id
      where l.from_record_id = near.r and l.ended_at is null
        and (p_at is null or (l.asserted_at, l.id) < (p_at, p_id))
        and l.marking <= clearance and o.kind = any (p_kinds)
        and o.organisation_id = any (organisations) and o.marking <= clearance
        and (not o.restricted or pole.admitted(o.id, caller))
        and (l.asserted_in_id is null or records.visible_now(l.asserted_in_id))
      order by l.asserted_at desc, l.id desc limit p_limit) f
    union
    select t.id, t.asserted_at from near cross join lateral (
      select l.id, l.asserted_at from public.pole_link l
      join public.records_record o on o.id = l.from_record_id
      where l.to_record_id = near.r and l.ended_at is null
        and (p_at is null or (l.asserted_at, l.id) < (p_at, p_id))
        and l.marking <= clearance and o.kind = any (p_kinds)
        and o.organisation_id = any (organisations) and o.marking <= clearance
        and (not o.restricted or pole.admitted(o.id, caller))
        and (l.asserted_in_id is null or records.visible_now(l.asserted_in_id))
      order by l.asserted_at desc, l.id desc limit p_limit) t)
  select ours.id, ours.asserted_at from ours
  order by ours.asserted_at desc, ours.id desc limit p_limit;
end
$$;

-- How many there are: who the caller is and what he may see is worked out once, not by row.
create or replace function pole.count_links(p_records uuid[], p_kinds text[]) returns bigint
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  organisations uuid[] := access.current_organisations();
  clearance smallint := access.current_clearance();
  caller uuid := access.current_user_id();
  mine uuid[] := array(select records.visible_among(p_records));
begin
  return (
    select count(*) from (
      select l.id, l.to_record_id as other, l.asserted_in_id from public.pole_link l
      where l.from_record_id = any (mine) and l.ended_at is null and l.marking <= clearance
      union
      select l.id, l.from_record_id, l.asserted_in_id from public.pole_link l
      where l.to_record_id = any (mine) and l.ended_at is null and l.marking <= clearance
        and not l.from_record_id = any (mine)) e
    join public.records_record o on o.id = e.other
    where o.kind = any (p_kinds) and o.organisation_id = any (organisations)
      and o.marking <= clearance and (not o.restricted or pole.admitted(o.id, caller))
      and (e.asserted_in_id is null or records.visible_now(e.asserted_in_id)));
end
$$;

-- Whether somebody stands on the access list of a record now.
create or replace function pole.admitted(p_record uuid, p_user uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select exists (
    select from public.records_admission a
    where a.record_id = p_record and a.user_id = p_user and a.ended_at is null
      and (a.until is null or a.until > statement_timestamp()))
$$;

revoke all on all functions in schema pole from public;
grant execute on function pole.chain(text, uuid, uuid), pole.count_links(uuid[], text[]),
  pole.links_of(uuid[], text[], timestamptz, uuid, integer)
  to peel_web, peel_worker;
