-- The roles of a Peel database. Run once by a superuser of the server; safe to run again.
-- Only peel_owner owns anything. No role may bypass row-level security.
do $$
declare
  role_name text;
begin
  foreach role_name in array array['peel_owner', 'peel_web', 'peel_door', 'peel_relay',
                                   'peel_worker', 'peel_loader', 'peel_sealer',
                                   'peel_live']
  loop
    if not exists (select from pg_roles where rolname = role_name) then
      execute format('create role %I login nosuperuser nobypassrls', role_name);
    end if;
  end loop;
end
$$;
alter role peel_owner createdb;
