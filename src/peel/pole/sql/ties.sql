set local check_function_bodies = off;

-- Who and what a person (all that is judged the same) is linked to: the first few of each kind, in
-- the order of the types of links (family before associates, a home before a former one), then by
-- when the link began and was said, and how many of that kind there are. Visibility comes before
-- any count; a link within the person is none.
create or replace function pole.ties_of(p_records uuid[], p_kinds text[], p_few integer)
returns table (
  link_id uuid, other_id uuid, forward boolean, kind text, reference text, title text,
  type_id text, starts text, ends text, confirmed boolean, n bigint, place bigint)
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  organisations uuid[] := access.current_organisations();
  clearance smallint := access.current_clearance();
  caller uuid := access.current_user_id();
  mine uuid[] := array(select records.visible_among(p_records));
begin
  return query
  with e as (
    select l.id, l.to_record_id as other, true as forward, l.type_id, l.starts, l.ends, l.confirmed,
      l.asserted_at
    from public.pole_link l
    where l.from_record_id = any (mine) and l.ended_at is null and l.marking <= clearance
      and not l.to_record_id = any (mine)
      and (l.asserted_in_id is null or records.visible_now(l.asserted_in_id))
    union all
    select l.id, l.from_record_id, false, l.type_id, l.starts, l.ends, l.confirmed, l.asserted_at
    from public.pole_link l
    where l.to_record_id = any (mine) and l.ended_at is null and l.marking <= clearance
      and not l.from_record_id = any (mine)
      and (l.asserted_in_id is null or records.visible_now(l.asserted_in_id))
  ), seen as (
    select e.*, o.kind, o.reference, o.title
    from e join public.records_record o on o.id = e.other
    where o.kind = any (p_kinds) and o.organisation_id = any (organisations)
      and o.marking <= clearance and (not o.restricted or pole.admitted(o.id, caller))
  ), placed as (
    select s.*, count(*) over (partition by s.kind) as n,
      row_number() over (
        partition by s.kind
        order by t.position, s.starts desc nulls last, s.asserted_at desc, s.id desc
      ) as place
    from seen s join public.pole_linktype t on t.name = s.type_id)
  select p.id, p.other, p.forward, p.kind::text, p.reference::text, p.title::text,
    p.type_id::text, p.starts, p.ends, p.confirmed, p.n, p.place
  from placed p where p.place <= p_few order by p.kind, p.place;
end
$$;

revoke all on function pole.ties_of(uuid[], text[], integer) from public;
grant execute on function pole.ties_of(uuid[], text[], integer) to peel_web, peel_worker;
