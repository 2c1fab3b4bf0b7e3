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
  who access.speaker := access.identity();
  mine uuid[] := array(select records.visible_among(p_records));
begin
  return query
  with seen as (
    select l.* from unnest(mine) near(r)
    cross join lateral pole.seen_links(near.r, p_kinds, who) l
    where l.ended_at is null and not l.other = any (mine)
  ), placed as (
    select s.*, count(*) over (partition by s.kind) as n,
      row_number() over (
        partition by s.kind
        order by t.position, s.starts collate "C" desc nulls last, s.asserted_at desc, s.id desc
      ) as place
    from seen s join public.pole_linktype t on t.name = s.type_id)
  select p.id, p.other, p.forward, p.kind, p.reference, p.title,
    p.type_id, p.starts, p.ends, p.confirmed, p.n, p.place
  from placed p where p.place <= p_few order by p.kind, p.place;
end
$$;

revoke all on function pole.ties_of(uuid[], text[], integer) from public;
grant execute on function pole.ties_of(uuid[], text[], integer) to peel_web, peel_worker;
