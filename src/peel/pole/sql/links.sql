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

revoke all on all functions in schema pole from public;
grant execute on function pole.chain(text, uuid, uuid) to peel_web, peel_worker;
