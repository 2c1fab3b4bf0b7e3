set local check_function_bodies = off;

-- The way back from a key to where its side began.
create or replace function charts.back(p_side charts.side, p_key uuid) returns uuid[]
language plpgsql immutable set search_path = pg_catalog, public, pg_temp as $$
declare
  way uuid[] := '{}';
  key uuid := p_key;
begin
  while key is not null loop
    way := way || key;
    key := (p_side).before[array_position((p_side).keys, key)];
  end loop;
  return way;
end
$$;

-- Each key of what a side has reached becomes its edge. Hubs are read now: as many ends as `p_most`.
create or replace function charts.advanced(
  p_who access.speaker, p_asked charts.asked, p_most integer,
  inout side charts.side, inout ids uuid[], inout of_keys uuid[], out wide boolean
) language plpgsql stable set search_path = pg_catalog, public, pg_temp as $$
declare
  more record;
begin
  wide := false;
  if cardinality(side.hubs) > 0 then
    select * into more from charts.around(
      side.hubs, side.keys, p_who, p_asked, p_most, ids, of_keys);
    wide := cardinality(more.hubs) > 0;
    ids := more.ids;
    of_keys := more.of_keys;
    side.far := side.far || more.far;
    side.near := side.near || more.near;
  end if;
  select f.far, f.near into side.edge, side.near
    from charts.folded(side.far, side.near, '{}', '{}', side.keys) f;
  side.keys := side.keys || side.edge;
  side.before := side.before || side.near;
  side.far := '{}';
  side.near := '{}';
  side.hubs := '{}';
end
$$;

-- What it costs to move a side on: what it has reached, and the ends of its hubs that are not read.
create or replace function charts.cost(p_side charts.side, p_ids uuid[], p_of uuid[]) returns bigint
language plpgsql stable set search_path = pg_catalog, public, pg_temp as $$
begin
  if cardinality((p_side).hubs) = 0 then
    return cardinality((p_side).far);
  end if;
  return cardinality((p_side).far)
    + charts.weight((select n.ids from charts.named((p_side).hubs, p_ids, p_of) n));
end
$$;

-- The shortest way between two records, of at most six steps; or why there is none: "none" (all was
-- seen), "far" (too many steps), "wide" (too many records). Breadth first from both ends, the
-- smaller edge first and in portions that grow, so that a step which meets the other side early is
-- not walked to its end. The ends of a hub are read only when the way has to lead past them; so the
-- number of steps is exact.
create or replace function charts.shortest(
  p_first uuid, p_second uuid, p_kinds text[], p_steps integer, p_looked integer,
  p_types text[], p_moment timestamptz, p_compare boolean, p_since text, p_until text
) returns table (way uuid[], ending text, steps integer, looked_at integer)
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp
set plan_cache_mode = force_generic_plan set jit = off set enable_bitmapscan = off as $$
declare
  who access.speaker := access.identity();
  asked charts.asked := row(p_kinds, p_types, p_moment, p_compare, p_since, p_until,
    case when p_compare then null else p_moment end);
  -- As it stood at an earlier day, nothing is left for later.
  hub constant integer := case when p_moment is null then 64 else p_looked end;
  a charts.side;
  b charts.side;
  s charts.side;
  one uuid;
  two uuid;
  ids uuid[];
  of_keys uuid[];
  hit uuid[];
  got record;
  first_moves boolean;
  portion integer;
  at integer;
begin
  looked_at := 2;
  steps := 0;
  if (select count(*) from unnest(array[p_first, p_second]) e(id)
      cross join lateral pole.seen_record(e.id, who) r where r.kind = any (p_kinds)) < 2 then
    return query select '{}'::uuid[], 'none', 0, 0;
    return;
  end if;
  select coalesce(array_agg(o.id), '{}'), coalesce(array_agg(o.key), '{}') into ids, of_keys
    from charts.ones(array[p_first, p_second], asked.judged) o;
  one := coalesce(of_keys[array_position(ids, p_first)], p_first);
  two := coalesce(of_keys[array_position(ids, p_second)], p_second);
  if one = two then
    return query select array[one], 'found', 0, 1;
    return;
  end if;
  select * into got from charts.around(array[one], array[one], who, asked, hub, ids, of_keys);
  ids := got.ids;
  of_keys := got.of_keys;
  a := row(array[one], array[null::uuid], array[one], got.far, got.near, got.hubs);
  select * into got from charts.around(array[two], array[two], who, asked, hub, ids, of_keys);
  ids := got.ids;
  of_keys := got.of_keys;
  b := row(array[two], array[null::uuid], array[two], got.far, got.near, got.hubs);
  looked_at := 2 + cardinality(a.far) + cardinality(b.far);
  if two = any (a.far) or one = any (b.far)
     or charts.at_hub(array[one], array[one], b.hubs, ids, of_keys, who, asked) is not null then
    return query select array[one, two], 'found', 1, looked_at;
    return;
  end if;
  if p_steps > 1 then
    hit := charts.met(a.far, a.near, a.hubs, b, ids, of_keys, who, asked);
  end if;
  steps := least(p_steps, 2);
  while hit is null and steps < least(p_steps, 6) loop
    first_moves := charts.cost(a, ids, of_keys) <= charts.cost(b, ids, of_keys);
    s := case when first_moves then a else b end;
    select * into got from charts.advanced(who, asked, p_looked, s, ids, of_keys);
    ids := got.ids;
    of_keys := got.of_keys;
    s := got.side;
    looked_at := looked_at + cardinality(s.edge);
    if cardinality(s.edge) = 0 then
      return query select '{}'::uuid[], 'none', steps, looked_at;
      return;
    end if;
    if got.wide or looked_at > p_looked then
      return query select '{}'::uuid[], 'wide', steps, least(looked_at, p_looked);
      return;
    end if;
    steps := steps + 1;
    at := 1;
    portion := 32;
    while hit is null and at <= cardinality(s.edge) loop
      select * into got from charts.around(
        s.edge[at : at + portion - 1], s.keys, who, asked, hub, ids, of_keys);
      ids := got.ids;
      of_keys := got.of_keys;
      hit := charts.met(got.far, got.near, got.hubs, case when first_moves then b else a end,
        ids, of_keys, who, asked);
      s.far := s.far || got.far;
      s.near := s.near || got.near;
      s.hubs := s.hubs || got.hubs;
      looked_at := looked_at + cardinality(got.far);
      if hit is null and looked_at > p_looked then
        return query select '{}'::uuid[], 'wide', steps - 1, p_looked;
        return;
      end if;
      at := at + portion;
      portion := portion * 2;
    end loop;
    if first_moves then
      a := s;
    else
      b := s;
      hit := array[hit[3], hit[2], hit[1]];
      hit := case when hit[2] is not null then hit end;
    end if;
  end loop;
  if hit is null then
    return query select '{}'::uuid[], 'far', p_steps, looked_at;
    return;
  end if;
  return query select array(select x from unnest(charts.back(a, hit[1])) with ordinality u(x, n)
                            order by n desc) || hit[2] || charts.back(b, hit[3]),
    'found', steps, looked_at;
end
$$;

revoke all on all functions in schema charts from public;
grant execute on function
  charts.shortest(uuid, uuid, text[], integer, integer, text[], timestamptz, boolean, text, text)
  to peel_web, peel_worker;
