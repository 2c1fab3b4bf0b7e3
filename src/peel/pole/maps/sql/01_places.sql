-- The places within a box (and, if given, within a shape) that the caller may see. Geometry
-- operators are not leakproof, so the index would not be used under row-level security: this reads
-- the closed table of points by its index, and applies visibility itself. It gives no more than
-- that. Counting and limits come after it, in statements of the caller under row-level security.
create schema if not exists maps;
revoke all on schema maps from public;
grant usage on schema maps to peel_web, peel_worker;

create function maps.places_in(p_box box, p_polygon polygon default null, p_circle circle default null)
returns table (
  place_id uuid, easting double precision, northing double precision,
  longitude double precision, latitude double precision
) language plpgsql stable security definer rows 5000
set search_path = pg_catalog, public, pg_temp as $$
declare
  who access.speaker := access.identity();
  organisations uuid[] := who.organisations;
  clearance smallint := who.clearance;
  caller uuid := who.user_id;
begin
  return query
  select l.record_ptr_id, l.easting, l.northing, l.longitude, l.latitude
  from public.places_point p join public.pole_location l on l.record_ptr_id = p.record_id
  where p.place <@ p_box
    and (p_polygon is null or p.place <@ p_polygon)
    and (p_circle is null or p.place <@ p_circle)
    and l.carried_organisation_id = any (organisations) and l.carried_marking <= clearance
    and (not l.carried_restricted or exists (
      select from public.records_admission a
      where a.record_id = p.record_id and a.user_id = caller and a.ended_at is null
        and (a.until is null or a.until > statement_timestamp())));
end
$$;

revoke all on function maps.places_in(box, polygon, circle) from public;
grant execute on function maps.places_in(box, polygon, circle) to peel_web, peel_worker;
