set local check_function_bodies = off;

-- Which records are linked to at least two of these, and to which of them: the nearest to all first,
-- `p_most` at most, with how many there are. All of these but the one with the most links are read;
-- that one is only asked.
create or replace function charts.common(
  p_records uuid[], p_kinds text[], p_most integer, p_looked integer,
  p_types text[], p_moment timestamptz, p_compare boolean, p_since text, p_until text
) returns table (id uuid, near uuid[], n bigint)
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp
set plan_cache_mode = force_generic_plan set jit = off set enable_bitmapscan = off as $$
declare
  who access.speaker := access.identity();
  asked charts.asked := row(p_kinds, p_types, p_moment, p_compare, p_since, p_until,
    case when p_compare then null else p_moment end);
  ids uuid[];
  of_keys uuid[];
  keys uuid[];
  hub uuid;
  hub_ids uuid[];
  read_far uuid[] := '{}';
  read_near uuid[] := '{}';
  got record;
begin
  select coalesce(array_agg(o.id), '{}'), coalesce(array_agg(o.key), '{}') into ids, of_keys
    from charts.ones(p_records, asked.judged) o;
  keys := array(
    select distinct coalesce(of_keys[array_position(ids, r.id)], r.id) from unnest(p_records) e(id)
    cross join lateral pole.seen_record(e.id, who) r where r.kind = any (p_kinds) order by 1);
  if cardinality(keys) < 2 then
    return;
  end if;
  -- The one with the most links, of those with many.
  select e.key into hub from unnest(keys) e(key)
    cross join lateral (
      select count(*) as n from (
        select from charts.named(array[e.key], ids, of_keys) m cross join unnest(m.ids) i(id)
        cross join lateral charts.walked(i.id, who, asked) limit 2001) x) c
    where c.n > 500 order by c.n desc, e.key limit 1;
  for got in select * from unnest(keys) e(key) where e.key is distinct from hub loop
    declare
      reached record;
      from_key uuid := got.key;
    begin
      select * into reached from charts.around(
        array[from_key], array[from_key], who, asked, p_looked, ids, of_keys);
      ids := reached.ids;
      of_keys := reached.of_keys;
      read_far := read_far || reached.far;
      read_near := read_near || reached.near;
    end;
  end loop;
  select n.ids into hub_ids from charts.named(array[hub], ids, of_keys) n;
  return query
  with pair as materialized (select far, from_key from unnest(read_far, read_near) p(far, from_key)),
  asked_of as (
    select c.far from (select distinct p.far from pair p) c
    where hub is not null and c.far <> hub and exists (
      select from charts.named(array[c.far], ids, of_keys) m cross join unnest(m.ids) f(id)
      cross join lateral charts.walked(f.id, who, asked) w
      where w.other = any (hub_ids))
  ), every as (
    select p.far, p.from_key from pair p union all select a.far, hub from asked_of a
  ), shared as (
    select e.far, array_agg(e.from_key order by e.from_key) as near from every e
    group by e.far having count(*) > 1)
  select s.far, s.near, count(*) over () from shared s
  order by cardinality(s.near) desc, s.far limit p_most;
end
$$;

revoke all on function
  charts.common(uuid[], text[], integer, integer, text[], timestamptz, boolean, text, text)
  from public;
grant execute on function
  charts.common(uuid[], text[], integer, integer, text[], timestamptz, boolean, text, text)
  to peel_web, peel_worker;
