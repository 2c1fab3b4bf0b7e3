-- A new password ends every session that the old one began, and is changed at the next sign-in:
-- until then somebody else knows it.
create or replace function staff.set_password(p_user uuid, p_password text) returns void
  language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  perform staff.demand('staff.user.reset');
  perform staff.demand_user(p_user);
  perform staff.demand_another(p_user);
  update public.access_user set password = p_password, must_change_password = true
    where id = p_user;
  perform access.end_sessions_of(p_user);
end
$$;
