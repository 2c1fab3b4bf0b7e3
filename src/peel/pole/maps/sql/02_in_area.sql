-- The places within an area that the caller may see: as `maps.places_in`, by the pieces of the
-- area's outline. A place on the border of two areas lies in both.
create function maps.places_in_area(p_version bigint)
returns table (place_id uuid) language plpgsql stable security definer rows 5000
set search_path = pg_catalog, public, pg_temp as $$
declare
  who access.speaker := access.identity();
  organisations uuid[] := who.organisations;
  clearance smallint := who.clearance;
  caller uuid := who.user_id;
begin
  return query
  select l.record_ptr_id
  from public.places_areapart a
  join public.places_point p on p.place <@ a.shape
  join public.pole_location l on l.record_ptr_id = p.record_id
  where a.version_id = p_version
    and pole.open_to(l.record_ptr_id, l.carried_organisation_id, l.carried_marking,
      l.carried_restricted, organisations, clearance, caller);
end
$$;

revoke all on function maps.places_in_area(bigint) from public;
grant execute on function maps.places_in_area(bigint) to peel_web, peel_worker;
