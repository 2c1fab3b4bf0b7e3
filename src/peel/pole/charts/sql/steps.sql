set local check_function_bodies = off;

-- One step of a walk along links, for `paths.sql` and `common.sql`. What the reader may not see is
-- passed over before it counts; who is drawn as one is walked as one.
create schema if not exists charts;
grant usage on schema charts to peel_web, peel_worker;

-- The other ends of the links of a record that a walk may use: they stand (now, or then), are of the
-- types asked for, and could have held in the span asked for. Written into each query that asks.
create or replace function charts.walked(p_near uuid, p_who access.speaker, p_asked charts.asked)
returns table (other uuid) language sql stable as $$
  select l.other from pole.seen_links(p_near, (p_asked).kinds, p_who) l
  where case when (p_asked).moment is null then l.ended_at is null
      else l.asserted_at < (p_asked).moment
          and (l.ended_at is null or l.ended_at >= (p_asked).moment)
        or (p_asked).compare and l.ended_at is null end
    and ((p_asked).types is null or l.type_id = any ((p_asked).types))
    and ((p_asked).until is null
         or coalesce(left(l.starts, 10), '') collate "C" <= (p_asked).until collate "C")
    and ((p_asked).since is null
         or coalesce(substr(l.ends, 12, 10), '9999') collate "C" >= (p_asked).since collate "C")
$$;

-- Of these records, those that the reader sees as one with others: every record with the oldest of
-- its cluster.
create or replace function charts.ones(p_ids uuid[], p_moment timestamptz)
returns table (id uuid, key uuid)
language plpgsql stable set search_path = pg_catalog, public, pg_temp as $$
declare
  joined uuid[];
  one uuid[];
  two uuid[];
begin
  -- Most stand alone, and nothing more is asked of them.
  joined := case when p_moment is not null then p_ids else array(
    select m.record_id from public.identity_membership m
    where m.record_id = any (p_ids) and m.until is null) end;
  if cardinality(joined) = 0 then
    return;
  end if;
  select array_agg(b.first_id), array_agg(b.second_id) into one, two
    from identity.bonds(joined, p_moment) b;
  if one is null then
    return;
  end if;
  -- Most that do not stand alone are two; the first is the older.
  if (select count(distinct x) from unnest(one || two) x) = 2 * cardinality(one) then
    return query select b.id, b.key from unnest(one || two, one || one) b(id, key);
    return;
  end if;
  return query
  with recursive tie (near, other) as (
    select b.near, b.other from unnest(one || two, two || one) b(near, other)
  ), reach (member, other) as (
    select t.near, t.near from tie t
    union
    select r.member, t.other from reach r join tie t on t.near = r.other)
  select r.member, (array_agg(r.other order by r.other))[1] from reach r group by r.member;
end
$$;

-- Keys with every record that they stand for. By hash: arrays can be long, and nothing is known of
-- their length when this is planned.
create or replace function charts.named(
  p_keys uuid[], p_ids uuid[], p_of uuid[], out ids uuid[], out keys uuid[]
) language plpgsql stable
set search_path = pg_catalog, public, pg_temp set enable_nestloop = off as $$
begin
  if cardinality(p_ids) = 0 then
    ids := p_keys;
    keys := p_keys;
    return;
  end if;
  select array_agg(coalesce(m.id, k) order by k, m.id), array_agg(k order by k, m.id)
    into ids, keys
    from unnest(p_keys) k left join unnest(p_ids, p_of) m(id, of_key) on m.of_key = k;
end
$$;

-- What was reached, each once under its key, without what is known; with where it was reached from.
create or replace function charts.folded(
  p_far uuid[], p_near uuid[], p_ids uuid[], p_of uuid[], p_known uuid[],
  out far uuid[], out near uuid[]
) language plpgsql stable
set search_path = pg_catalog, public, pg_temp set enable_nestloop = off as $$
begin
  select array_agg(x.far order by x.far), array_agg(x.near order by x.far) into far, near from (
    select distinct on (y.far) y.far, y.near from (
      select coalesce(m.key, f.far) as far, f.near from unnest(p_far, p_near) f(far, near)
        left join unnest(p_ids, p_of) m(id, key) on m.id = f.far
      union all
      select k, null from unnest(p_known) k) y
    order by y.far, y.near nulls first) x
  where x.near is not null;
  far := coalesce(far, '{}');
  near := coalesce(near, '{}');
end
$$;

-- The first key that both sides reached, with where each reached it from.
create or replace function charts.shared(
  p_far uuid[], p_near uuid[], p_other_far uuid[], p_other_near uuid[]
) returns uuid[] language sql stable
set search_path = pg_catalog, public, pg_temp set enable_nestloop = off as $$
  select array[f.near, f.far, o.near] from unnest(p_far, p_near) f(far, near)
  join unnest(p_other_far, p_other_near) o(far, near) on o.far = f.far
  order by f.far limit 1
$$;

-- One step out from some keys. A key with more than `p_most` links is a hub (the index tells, but
-- where all are wanted): it is named, and its other ends are not read. Clusters that are met are
-- added to what is known of them.
create or replace function charts.around(
  p_keys uuid[], p_known uuid[], p_who access.speaker, p_asked charts.asked, p_most integer,
  inout ids uuid[], inout of_keys uuid[], out far uuid[], out near uuid[], out hubs uuid[]
) language plpgsql stable
set search_path = pg_catalog, public, pg_temp as $$
declare
  from_ids uuid[];
  from_keys uuid[];
  new_ids uuid[];
  new_of uuid[];
begin
  select n.ids, n.keys into from_ids, from_keys from charts.named(p_keys, ids, of_keys) n;
  hubs := case when p_most > 1000 then '{}'::uuid[] else array(
    select distinct n.key from unnest(from_ids, from_keys) n(id, key)
    cross join lateral (
      select count(*) as n from (
        select from charts.hung(array[n.id]) limit p_most + 1) x) c
    where c.n > p_most order by 1) end;
  with found as materialized (
    select n.key, w.others from unnest(from_ids, from_keys) n(id, key)
    cross join lateral (
      select array_agg(s.other) as others
      from (select l.other from charts.walked(n.id, p_who, p_asked) l limit p_most + 1) s) w
    where n.key <> all (hubs) and w.others is not null
  ), more as materialized (select distinct f.key from found f where cardinality(f.others) > p_most)
  select coalesce(array_agg(o), '{}'), coalesce(array_agg(f.key), '{}'),
      hubs || array(select m.key from more m order by 1)
    into far, near, hubs
    from found f cross join unnest(f.others) o where f.key not in (select m.key from more m);
  select array_agg(o.id), array_agg(o.key) into new_ids, new_of
    from charts.ones(array(select distinct x from unnest(far) x), (p_asked).judged) o
    where o.id <> all (ids);
  ids := ids || new_ids;
  of_keys := of_keys || new_of;
  select f.far, f.near into far, near from charts.folded(far, near, ids, of_keys, p_known) f;
end
$$;

-- Where one more step from each side meets: hubs are asked for what the other side reached, and two
-- hubs for one that hangs on both, and neither is read to its end.
create or replace function charts.met(
  p_far uuid[], p_near uuid[], p_hubs uuid[], p_other charts.side,
  p_ids uuid[], p_of uuid[], p_who access.speaker, p_asked charts.asked
) returns uuid[] language plpgsql stable
set search_path = pg_catalog, public, pg_temp as $$
declare
  way uuid[] := charts.shared(p_far, p_near, (p_other).far, (p_other).near);
begin
  if way is null and cardinality((p_other).hubs) > 0 then
    way := charts.at_hub(p_far, p_near, (p_other).hubs, p_ids, p_of, p_who, p_asked);
  end if;
  if way is null and cardinality(p_hubs) > 0 then
    way := charts.at_hub((p_other).far, (p_other).near, p_hubs, p_ids, p_of, p_who, p_asked);
    way := array[way[3], way[2], way[1]];
    if way[2] is null then
      way := charts.at_hubs(p_hubs, (p_other).hubs, p_ids, p_of, p_who, p_asked);
    end if;
  end if;
  return way;
end
$$;

create or replace function charts.at_hub(
  p_far uuid[], p_near uuid[], p_hubs uuid[], p_ids uuid[], p_of uuid[],
  p_who access.speaker, p_asked charts.asked
) returns uuid[] language plpgsql stable
set search_path = pg_catalog, public, pg_temp as $$
declare
  far_ids uuid[];
  far_keys uuid[];
  hub_ids uuid[];
  hub_keys uuid[];
  hit uuid[];
begin
  if cardinality(p_far) = 0 or cardinality(p_hubs) = 0 then
    return null;
  end if;
  select n.ids, n.keys into far_ids, far_keys from charts.named(p_far, p_ids, p_of) n;
  select n.ids, n.keys into hub_ids, hub_keys from charts.named(p_hubs, p_ids, p_of) n;
  select array[f.key, h.key] into hit
    from unnest(far_ids, far_keys) f(id, key) cross join unnest(hub_ids, hub_keys) h(id, key)
    where exists (select from charts.walked(f.id, p_who, p_asked) w where w.other = h.id)
    limit 1;
  if hit is null then
    return null;
  end if;
  return array[p_near[array_position(p_far, hit[1])], hit[1], hit[2]];
end
$$;

-- The other ends of the links of some records that hold now, whoever may see them: from the index
-- alone. What comes of it is walked to from the hub, as anybody sees it, before it is told.
create or replace function charts.hung(p_records uuid[]) returns table (at uuid, other uuid)
language sql stable as $$
  select h.id, e.other from unnest(p_records) h(id) cross join lateral (
    select f.to_record_id as other from public.pole_link f
    where f.from_record_id = h.id and f.ended_at is null
    union all
    select t.from_record_id from public.pole_link t
    where t.to_record_id = h.id and t.ended_at is null) e
$$;

-- How many that are, counted no further than it matters which of two sides has fewer.
create or replace function charts.weight(p_records uuid[]) returns bigint
language plpgsql stable set search_path = pg_catalog, public, pg_temp as $$
begin
  return (select count(*) from (select from charts.hung(p_records) limit 4000) x);
end
$$;

-- Some of what hangs on both: the few are held, the many are passed by until enough are found.
create or replace function charts.on_both(p_at uuid[], p_few uuid[], p_many uuid[], p_most integer)
returns table (one uuid, other uuid, two uuid)
language plpgsql stable
set search_path = pg_catalog, public, pg_temp set enable_nestloop = off as $$
begin
  return query
  select f.at, m.other, m.at from charts.hung(p_many) m
  join unnest(p_at, p_few) f(at, other) on f.other = m.other limit p_most;
end
$$;

create or replace function charts.at_hubs(
  p_hubs uuid[], p_others uuid[], p_ids uuid[], p_of uuid[],
  p_who access.speaker, p_asked charts.asked
) returns uuid[] language plpgsql stable
set search_path = pg_catalog, public, pg_temp as $$
declare
  enough constant integer := 200;
  one_ids uuid[];
  one_keys uuid[];
  two_ids uuid[];
  two_keys uuid[];
  turned boolean;
  few_at uuid[];
  few uuid[];
  tried integer;
  joined uuid[];
  hit uuid[];
begin
  if cardinality(p_others) = 0 then
    return null;
  end if;
  select n.ids, n.keys into one_ids, one_keys from charts.named(p_hubs, p_ids, p_of) n;
  select n.ids, n.keys into two_ids, two_keys from charts.named(p_others, p_ids, p_of) n;
  turned := charts.weight(one_ids) > charts.weight(two_ids);
  select coalesce(array_agg(h.at), '{}'), coalesce(array_agg(h.other), '{}') into few_at, few
    from charts.hung(case when turned then two_ids else one_ids end) h;
  with both_hang as materialized (
    select b.one, b.other, b.two
    from charts.on_both(few_at, few, case when turned then one_ids else two_ids end, enough) b)
  select (select count(*) from both_hang), (
      select array[b.one, b.other, b.two] from both_hang b
      where exists (select from charts.walked(b.one, p_who, p_asked) w where w.other = b.other)
        and exists (select from charts.walked(b.other, p_who, p_asked) w where w.other = b.two)
      limit 1)
    into tried, hit;
  if hit is null and tried = enough then
    -- Many hang on both, and of those tried he sees none: one after the other, as he sees them.
    select array[f.at, f.other, m.id] into hit
      from unnest(few_at, few) f(at, other)
      cross join unnest(case when turned then one_ids else two_ids end) m(id)
      where exists (select from charts.walked(f.at, p_who, p_asked) w where w.other = f.other)
        and exists (select from charts.walked(f.other, p_who, p_asked) w where w.other = m.id)
      limit 1;
  end if;
  if hit is null then
    joined := array(select i.record_id from public.identity_membership i
                    where i.record_id = any (few) and i.until is null);
  end if;
  if cardinality(joined) > 0 then
    -- Two records that are one person may hang on a hub each.
    with pair as materialized (
      select f.at as one, f.other as near, m.record_id as same, o.id as two
      from (select u.at, u.other from unnest(few_at, few) u(at, other)
            where u.other = any (joined)) f
      join public.identity_membership i on i.record_id = f.other and i.until is null
      join public.identity_membership m on m.cluster = i.cluster and m.until is null
        and m.record_id <> i.record_id
      cross join unnest(case when turned then one_ids else two_ids end) o(id)
      where exists (select from charts.walked(m.record_id, p_who, p_asked) w where w.other = o.id)
        and exists (select from charts.walked(f.at, p_who, p_asked) w where w.other = f.other)
    ), own as materialized (
      select s.id, s.key from charts.ones(
        array(select p.near from pair p union select p.same from pair p), null) s)
    select array[p.one, p.near, p.two] into hit from pair p
      join own a on a.id = p.near join own b on b.id = p.same and b.key = a.key limit 1;
  end if;
  if hit is null then
    return null;
  end if;
  if turned then
    hit := array[hit[3], hit[2], hit[1]];
  end if;
  return array[
    one_keys[array_position(one_ids, hit[1])],
    coalesce((select s.key from charts.ones(array[hit[2]], null) s where s.id = hit[2]), hit[2]),
    two_keys[array_position(two_ids, hit[3])]];
end
$$;

revoke all on all functions in schema charts from public;
