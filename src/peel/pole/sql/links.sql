set local check_function_bodies = off;

-- Rules of links that look at what the writer may not see.
create schema if not exists pole;
grant usage on schema pole to peel_web, peel_worker;

-- The rule of visibility of records and links, stated once, for functions that run as the owner. The
-- planner writes each into the query that asks, so they cost no call and keep the order of an index; who
-- speaks is worked out by the caller once.

-- Whether somebody sees a record, by the columns that a table carries of it.
create or replace function pole.open_to(
  p_record uuid, p_organisation uuid, p_marking smallint, p_restricted boolean,
  p_organisations uuid[], p_clearance smallint, p_user uuid
) returns boolean language sql stable as $$
  select p_organisation = any (p_organisations) and p_marking <= p_clearance
    and (not p_restricted or pole.admitted(p_record, p_user))
$$;

-- A record, if he sees it.
create or replace function pole.seen_record(p_id uuid, p_who access.speaker)
returns table (id uuid, kind text, reference text, title text)
language sql stable as $$
  select r.id, r.kind, r.reference, r.title from public.records_record r
  where r.id = p_id and pole.open_to(r.id, r.organisation_id, r.marking, r.restricted,
    (p_who).organisations, (p_who).clearance, (p_who).user_id)
$$;

-- Whether he sees a record of which nothing is at hand but its key.
create or replace function pole.sees(p_id uuid, p_who access.speaker)
returns boolean language sql stable as $$
  select exists (select from pole.seen_record(p_id, p_who))
$$;

-- The links of a record, of any time, with their other ends: those of which he sees the other end,
-- and the record in which it was said.
create or replace function pole.seen_links(p_near uuid, p_kinds text[], p_who access.speaker)
returns table (
  id uuid, other uuid, forward boolean, type_id text, asserted_at timestamptz, ended_at timestamptz,
  starts text, ends text, confirmed boolean, kind text, reference text, title text)
language sql stable as $$
  select l.id, l.other, l.forward, l.type_id, l.asserted_at, l.ended_at, l.starts, l.ends,
    l.confirmed, o.kind, o.reference, o.title
  from (
    select f.id, f.to_record_id as other, true as forward, f.type_id, f.asserted_at, f.ended_at,
      f.starts, f.ends, f.confirmed, f.marking, f.asserted_in_id
    from public.pole_link f where f.from_record_id = p_near
    union all
    select t.id, t.from_record_id, false, t.type_id, t.asserted_at, t.ended_at,
      t.starts, t.ends, t.confirmed, t.marking, t.asserted_in_id
    from public.pole_link t where t.to_record_id = p_near) l
  cross join lateral pole.seen_record(l.other, p_who) o
  where l.marking <= (p_who).clearance and o.kind = any (p_kinds)
    and (l.asserted_in_id is null
         or exists (select from pole.seen_record(l.asserted_in_id, p_who)))
$$;

-- The links of a record that hold, as `seen_links`, the newest of either end, at most `p_limit` an end,
-- from a place on. Each end by itself, so that each is read from its index in order and no further than
-- needed: asked of both at once, all links of a hub are read and sorted. Of a type that leads to none of
-- the kinds, the other end is not looked at.
create or replace function pole.newest_links(
  p_near uuid, p_kinds text[], p_who access.speaker, p_at timestamptz, p_id uuid, p_limit integer
) returns table (
  id uuid, other uuid, forward boolean, type_id text, asserted_at timestamptz, kind text)
language sql stable as $$
  (select l.id, o.id, true, l.type_id, l.asserted_at, o.kind from public.pole_link l
   cross join lateral pole.seen_record(l.to_record_id, p_who) o
   where l.from_record_id = p_near and l.ended_at is null
     and l.type_id = any (array(
       select t.name from public.pole_linktype t where t.to_kinds = '{}' or t.to_kinds::text[] && p_kinds))
     and (p_at is null or (l.asserted_at, l.id) < (p_at, p_id))
     and l.marking <= (p_who).clearance and o.kind = any (p_kinds)
     and (l.asserted_in_id is null or exists (select from pole.seen_record(l.asserted_in_id, p_who)))
   order by l.asserted_at desc, l.id desc limit p_limit)
  union all
  (select l.id, o.id, false, l.type_id, l.asserted_at, o.kind from public.pole_link l
   cross join lateral pole.seen_record(l.from_record_id, p_who) o
   where l.to_record_id = p_near and l.ended_at is null
     and l.type_id = any (array(
       select t.name from public.pole_linktype t where t.from_kinds = '{}' or t.from_kinds::text[] && p_kinds))
     and (p_at is null or (l.asserted_at, l.id) < (p_at, p_id))
     and l.marking <= (p_who).clearance and o.kind = any (p_kinds)
     and (l.asserted_in_id is null or exists (select from pole.seen_record(l.asserted_in_id, p_who)))
   order by l.asserted_at desc, l.id desc limit p_limit)
$$;

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
  who access.speaker := access.identity();
begin
  return query
  select distinct l.id, l.asserted_at from records.visible_among(p_records) near(r)
  cross join lateral pole.newest_links(near.r, p_kinds, who, p_at, p_id, p_limit) l
  order by l.asserted_at desc, l.id desc limit p_limit;
end
$$;

-- How many there are: who the caller is and what he may see is worked out once, not by row.
create or replace function pole.count_links(p_records uuid[], p_kinds text[]) returns bigint
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  who access.speaker := access.identity();
begin
  return (
    select count(distinct l.id) from records.visible_among(p_records) near(r)
    cross join lateral pole.seen_links(near.r, p_kinds, who) l where l.ended_at is null);
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
