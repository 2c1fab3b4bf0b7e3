-- The only ways in which users, posts, units and organisations are written while Peel runs. Each
-- asks for the permission of whoever speaks, and for his reach, whatever the page has asked.
-- SQLSTATE PR001: a rule says no, in words for people. P0002: there is none within reach.
create schema if not exists staff;
revoke all on schema staff from public;
grant usage on schema staff to peel_door;

create function staff.demand(p_permission text) returns void
  language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  if not coalesce(access.may(p_permission), false) then
    raise exception 'the role does not allow %', p_permission using errcode = '42501';
  end if;
end
$$;

create function staff.refuse(p_words text) returns void
  language plpgsql stable set search_path = pg_catalog, public, pg_temp as $$
begin
  raise exception '%', p_words using errcode = 'PR001';
end
$$;

-- An administrator reaches his own organisation; one who may edit organisations, all of them.
create function staff.reaches(p_organisation uuid) returns boolean
  language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select p_organisation = (access.identity()).organisation_id
         or coalesce(access.may('staff.organisation.edit'), false)
$$;

create function staff.demand_organisation(p_organisation uuid) returns void
  language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  if not coalesce(staff.reaches(p_organisation), false)
     or not exists (select from public.access_organisation o where o.id = p_organisation) then
    raise exception 'no such organisation' using errcode = 'P0002';
  end if;
end
$$;

-- A user is within reach when all his posts that have not ended are, or, where he holds none, one
-- that he held; a user who never held any is within everybody's.
create function staff.reaches_user(p_user uuid) returns boolean
  language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select case
    when not exists (select from public.access_appointment a where a.user_id = p_user) then true
    when exists (select from public.access_appointment a where a.user_id = p_user
                 and (a.ends is null or a.ends > clock_timestamp()))
      then not exists (select from public.access_appointment a where a.user_id = p_user
                       and (a.ends is null or a.ends > clock_timestamp())
                       and not staff.reaches(a.organisation_id))
    else exists (select from public.access_appointment a where a.user_id = p_user
                 and staff.reaches(a.organisation_id)) end
$$;

-- Locks the user, so that two administrators take turns.
create function staff.demand_user(p_user uuid) returns void
  language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  perform from public.access_user u where u.id = p_user for update;
  if not found or not staff.reaches_user(p_user) then
    raise exception 'no such user' using errcode = 'P0002';
  end if;
end
$$;

create function staff.demand_another(p_user uuid) returns void
  language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  if p_user = (access.identity()).user_id then
    perform staff.refuse('You cannot do this to yourself. Ask another administrator.');
  end if;
end
$$;

create function staff.create_user(
  p_id uuid, p_username text, p_name text, p_number text, p_password text
) returns void language plpgsql volatile security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  perform staff.demand('staff.user.create');
  insert into public.access_user (id, username, name, collar_number, password, is_active)
    values (p_id, p_username, p_name, p_number, p_password, true);
end
$$;

create function staff.edit_user(p_user uuid, p_username text, p_name text, p_number text)
returns void language plpgsql volatile security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  perform staff.demand('staff.user.edit');
  perform staff.demand_user(p_user);
  update public.access_user set username = p_username, name = p_name, collar_number = p_number
    where id = p_user;
end
$$;

-- A user who is not active speaks no more, from this moment; his posts stay as they were.
create function staff.set_active(p_user uuid, p_active boolean) returns void
  language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  perform staff.demand('staff.user.deactivate');
  perform staff.demand_user(p_user);
  perform staff.demand_another(p_user);
  update public.access_user set is_active = p_active where id = p_user;
  if not p_active then
    perform access.end_sessions_of(p_user);
  end if;
end
$$;

-- A new password ends every session that the old one began.
create function staff.set_password(p_user uuid, p_password text) returns void
  language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  perform staff.demand('staff.user.reset');
  perform staff.demand_user(p_user);
  perform staff.demand_another(p_user);
  update public.access_user set password = p_password where id = p_user;
  perform access.end_sessions_of(p_user);
end
$$;

-- Takes away the authenticator app and the recovery codes; the next sign-in sets them up anew.
create function staff.reset_second_factor(p_user uuid) returns integer
  language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  gone integer;
begin
  perform staff.demand('staff.user.reset');
  perform staff.demand_user(p_user);
  perform staff.demand_another(p_user);
  delete from public.mfa_authenticator where user_id = p_user;
  get diagnostics gone = row_count;
  if gone = 0 then
    perform staff.refuse('No second factor is set up.');
  end if;
  perform access.end_sessions_of(p_user);
  return gone;
end
$$;

-- Asks whether whoever speaks may unlock this user; the counts themselves are the door's.
create function staff.demand_unlock(p_user uuid) returns void
  language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  perform staff.demand('staff.user.unlock');
  perform staff.demand_user(p_user);
end
$$;

create function staff.appoint(
  p_id uuid, p_user uuid, p_organisation uuid, p_unit uuid, p_role text, p_rank text,
  p_clearance smallint, p_starts timestamptz, p_ends timestamptz
) returns void language plpgsql volatile security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  begins timestamptz := coalesce(p_starts, clock_timestamp());
begin
  perform staff.demand('staff.user.appoint');
  perform staff.demand_user(p_user);
  perform staff.demand_another(p_user);
  perform staff.demand_organisation(p_organisation);
  if not exists (select from public.access_user u where u.id = p_user and u.is_active) then
    perform staff.refuse('This user is not active. Make the user active first.');
  end if;
  if exists (select from public.access_role r where r.name = p_role and r.system) then
    perform staff.refuse('This role is for programs: nobody signs in with it.');
  end if;
  if begins < clock_timestamp() - interval '1 minute' then
    perform staff.refuse('A post cannot begin in the past: nobody held it then.');
  end if;
  if p_ends <= begins then
    perform staff.refuse('A post cannot end before it begins.');
  end if;
  if exists (select from public.access_appointment a
             where a.user_id = p_user and a.role_id = p_role
               and a.organisation_id = p_organisation and a.unit_id is not distinct from p_unit
               and tstzrange(a.starts, a.ends) && tstzrange(begins, p_ends)) then
    perform staff.refuse('This user holds that role in that unit already for some of this time.');
  end if;
  insert into public.access_appointment
    (id, user_id, organisation_id, unit_id, role_id, rank, clearance, starts, ends)
  values (p_id, p_user, p_organisation, p_unit, p_role, p_rank, p_clearance, begins, p_ends);
end
$$;

-- Ends a post, now or later. One that has not begun ends as it begins. Returns whose it is.
create function staff.end_appointment(p_appointment uuid, p_at timestamptz) returns uuid
  language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  post public.access_appointment;
  moment timestamptz := greatest(p_at, clock_timestamp());
begin
  perform staff.demand('staff.user.appoint');
  select * into post from public.access_appointment a where a.id = p_appointment for update;
  if post.id is null or not staff.reaches(post.organisation_id) then
    raise exception 'no such appointment' using errcode = 'P0002';
  end if;
  perform staff.demand_another(post.user_id);
  if post.ends <= clock_timestamp() then
    perform staff.refuse('This post has ended already.');
  end if;
  update public.access_appointment set ends = greatest(starts, moment) where id = p_appointment;
  if moment <= clock_timestamp() then
    update public.access_sessiontoken set ended_at = clock_timestamp()
      where appointment_id = p_appointment and ended_at is null;
  end if;
  return post.user_id;
end
$$;

create function staff.create_unit(p_id uuid, p_organisation uuid, p_parent uuid, p_name text)
returns void language plpgsql volatile security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  perform staff.demand('staff.unit.create');
  perform staff.demand_organisation(p_organisation);
  insert into public.access_unit (id, organisation_id, parent_id, name)
    values (p_id, p_organisation, p_parent, p_name);
end
$$;

create function staff.rename_unit(p_unit uuid, p_name text) returns void
  language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  perform staff.demand('staff.unit.edit');
  update public.access_unit u set name = p_name
    where u.id = p_unit and staff.reaches(u.organisation_id);
  if not found then
    raise exception 'no such unit' using errcode = 'P0002';
  end if;
end
$$;

create function staff.create_organisation(p_id uuid, p_name text, p_code text) returns void
  language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  perform staff.demand('staff.organisation.create');
  insert into public.access_organisation (id, name, code) values (p_id, p_name, p_code);
end
$$;

create function staff.rename_organisation(p_organisation uuid, p_name text, p_code text)
returns void language plpgsql volatile security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  perform staff.demand('staff.organisation.edit');
  perform staff.demand_organisation(p_organisation);
  update public.access_organisation set name = p_name, code = p_code where id = p_organisation;
end
$$;

revoke all on all functions in schema staff from public;
grant execute on function
  staff.create_user(uuid, text, text, text, text), staff.edit_user(uuid, text, text, text),
  staff.set_active(uuid, boolean), staff.set_password(uuid, text),
  staff.reset_second_factor(uuid), staff.demand_unlock(uuid), staff.reaches(uuid),
  staff.reaches_user(uuid),
  staff.appoint(uuid, uuid, uuid, uuid, text, text, smallint, timestamptz, timestamptz),
  staff.end_appointment(uuid, timestamptz), staff.create_unit(uuid, uuid, uuid, text),
  staff.rename_unit(uuid, text), staff.create_organisation(uuid, text, text),
  staff.rename_organisation(uuid, text, text)
  to peel_door;
