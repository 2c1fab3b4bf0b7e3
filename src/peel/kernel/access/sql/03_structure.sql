-- The view of who holds which post, the tree of units, and the table that counts sign-in attempts.
create view public.access_officer as
select a.id, a.user_id, u.name, u.collar_number, a.rank, a.role_id as role, a.unit_id,
       coalesce(n.name, '') as unit_name, a.organisation_id, o.name as organisation_name,
       a.starts, a.ends,
       (u.is_active and a.starts <= now() and (a.ends is null or a.ends > now())) as current
from public.access_appointment a
join public.access_user u on u.id = a.user_id
join public.access_organisation o on o.id = a.organisation_id
left join public.access_unit n on n.id = a.unit_id;

-- A unit and all below it.
create function access.unit_and_below(p_unit uuid) returns setof uuid
language sql stable parallel safe security definer
set search_path = pg_catalog, public, pg_temp as $$
  with recursive below (id) as (
    select u.id from public.access_unit u where u.id = p_unit
    union
    select u.id from public.access_unit u join below on u.parent_id = below.id)
  select id from below
$$;

create function access.keep_tree() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  -- Two moves at once could close a circle that neither sees: one at a time.
  perform pg_advisory_xact_lock(hashtext('access.keep_tree'));
  if new.parent_id in (select access.unit_and_below(new.id)) then
    raise exception 'a unit cannot stand below itself' using errcode = '23514';
  end if;
  if not exists (select from public.access_unit p
                 where p.id = new.parent_id and p.organisation_id = new.organisation_id) then
    raise exception 'a unit belongs to the organisation of the unit above it'
      using errcode = '23514';
  end if;
  return new;
end
$$;
create trigger access_unit_tree before insert or update of parent_id, organisation_id
  on public.access_unit for each row when (new.parent_id is not null)
  execute function access.keep_tree();

-- An appointment's unit is of its organisation.
create function access.keep_unit() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  if not exists (select from public.access_unit u
                 where u.id = new.unit_id and u.organisation_id = new.organisation_id) then
    raise exception 'the unit belongs to another organisation' using errcode = '23514';
  end if;
  return new;
end
$$;
create trigger access_appointment_unit before insert or update of unit_id, organisation_id
  on public.access_appointment for each row when (new.unit_id is not null)
  execute function access.keep_unit();

-- What allauth keeps for a short while (used codes, counts of requests), for all processes alike.
create table public.access_cache (
  cache_key varchar(255) primary key,
  value text not null,
  expires timestamptz not null
);
create index access_cache_expires on public.access_cache (expires);

revoke execute on function access.unit_and_below(uuid), access.keep_tree(), access.keep_unit()
  from public;
grant execute on function access.unit_and_below(uuid)
  to peel_web, peel_door, peel_relay, peel_worker, peel_loader;
