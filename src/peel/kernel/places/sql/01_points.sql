-- Points for look-ups by distance. The table is closed to every role; a table above attaches
-- places.keep_point, and places.within reads it and shows only what the caller may see.
create schema if not exists places;
revoke all on schema places from public;
grant usage on schema places to peel_web, peel_worker;

create table public.places_point (
  record_id uuid primary key,
  easting double precision not null,
  northing double precision not null,
  place point generated always as (point(easting, northing)) stored
);
create index places_point_place on public.places_point using gist (place);

-- Keeps the point of a row that has easting and northing. The argument is the column that holds
-- the record's id:
--   create trigger places_keep_point after insert or delete or update of easting, northing
--   on pole_location for each row execute function places.keep_point('record_ptr_id');
create function places.keep_point() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  id uuid;
begin
  if tg_op = 'DELETE' then
    if tg_argv[0] = 'record_ptr_id' then
      id := old.record_ptr_id;
    else
      id := to_jsonb(old) ->> tg_argv[0];
    end if;
    delete from public.places_point where record_id = id;
    return old;
  end if;
  -- The usual column by its name: going through JSON costs more than the rest of the row.
  if tg_argv[0] = 'record_ptr_id' then
    id := new.record_ptr_id;
  else
    id := to_jsonb(new) ->> tg_argv[0];
  end if;
  if new.easting is null or new.northing is null then
    delete from public.places_point where record_id = id;
  else
    insert into public.places_point (record_id, easting, northing)
    values (id, new.easting, new.northing)
    on conflict (record_id) do update
      set easting = excluded.easting, northing = excluded.northing;
  end if;
  return new;
end
$$;

-- The records within a distance that the caller may see, the nearest first. Visibility is applied
-- before the limit, by a function of the layer above, which is found when this one runs.
create function places.within(
  p_easting double precision,
  p_northing double precision,
  p_metres double precision,
  p_limit integer,
  p_after_metres double precision default null,
  p_after_id uuid default null
) returns table (record_id uuid, metres double precision)
language plpgsql stable security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  centre point := point(p_easting, p_northing);
begin
  if p_metres not between 0 and 50000 or p_limit not between 1 and 1000 then
    raise exception 'the distance or the limit is too large' using errcode = '22023';
  end if;
  return query
    with near as materialized (
      select p.record_id as id, p.place <-> centre as away
      from public.places_point p
      where p.place <@ circle(centre, p_metres)
        and (p_after_id is null
             or ((p.place <-> centre), p.record_id) > (p_after_metres, p_after_id))
    )
    select near.id, near.away from near
    where near.id in (select records.visible_among(array(select n.id from near n)))
    order by near.away, near.id
    limit p_limit;
end
$$;

revoke all on function places.keep_point(),
  places.within(double precision, double precision, double precision, integer,
                double precision, uuid) from public;
grant execute on function
  places.within(double precision, double precision, double precision, integer,
                double precision, uuid) to peel_web, peel_worker;
