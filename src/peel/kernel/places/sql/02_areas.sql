-- Areas as reference data: readable by the web role, so a plain function by index will do.
-- An outline stands here in pieces without holes. Their borders count as inside, to a thousandth of
-- a millimetre, so that no point falls between two pieces or two neighbours; a point that lies in
-- several areas of an exclusive set belongs to the one with the first code, and to no other.
alter table public.places_areapart add column shape polygon not null;
create index places_areapart_box on public.places_areapart using gist (box(shape));

create function places.areas_at(
  p_easting double precision,
  p_northing double precision,
  p_on date,
  p_kinds text[] default null
) returns table (
  area_set text, kind text, area_id bigint, version_id bigint, code text, name text,
  valid_from date, valid_to date, source text
) language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select distinct on (s.name, case when s.exclusive then '' else a.code end)
    s.name, s.kind, a.id, v.id, a.code, v.name, e.valid_from, e.valid_to, e.source
  from public.places_areapart p
  join public.places_areaedition e on e.id = p.edition_id
  join public.places_areaset s on s.name = e.area_set_id
  join public.places_areaversion v on v.id = p.version_id
  join public.places_area a on a.id = v.area_id
  where box(p.shape) @> box(point(p_easting, p_northing), point(p_easting, p_northing))
    and p.shape @> point(p_easting, p_northing)
    and e.valid_from <= p_on and (e.valid_to is null or p_on < e.valid_to)
    and (p_kinds is null or s.kind = any (p_kinds))
  order by s.name, case when s.exclusive then '' else a.code end, a.code
$$;

revoke all on function places.areas_at(double precision, double precision, date, text[])
  from public;
grant usage on schema places to peel_loader;
grant execute on function places.areas_at(double precision, double precision, date, text[])
  to peel_web, peel_worker, peel_loader;
