-- A program as a caller: a user that nobody signs in as, with one post whose role is a system role.
create function staff.create_program(
  p_user uuid, p_post uuid, p_name text, p_number text, p_organisation uuid, p_unit uuid,
  p_role text, p_clearance smallint
) returns void language plpgsql volatile security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  perform staff.demand('staff.token.manage');
  perform staff.demand_organisation(p_organisation);
  if not exists (select from public.access_role r where r.name = p_role and r.system) then
    perform staff.refuse('Choose a role that is for programs.');
  end if;
  -- No password fits this one: whoever signs in is a person.
  insert into public.access_user (id, username, name, collar_number, is_active, password)
    values (p_user, 'program ' || p_user, p_name, p_number, true, '!');
  insert into public.access_appointment
    (id, user_id, organisation_id, unit_id, role_id, rank, clearance, starts, ends)
  values (p_post, p_user, p_organisation, p_unit, p_role, '', p_clearance, clock_timestamp(), null);
end
$$;

revoke all on function staff.create_program(
  uuid, uuid, text, text, uuid, uuid, text, smallint) from public;
grant execute on function staff.create_program(
  uuid, uuid, text, text, uuid, uuid, text, smallint) to peel_door;
