-- A record and all that are judged the same as it, whoever may see them. For functions alone.
create or replace function identity.with_same(p_record uuid) returns uuid[]
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select coalesce(identity.together(array[p_record]), array[p_record])
$$;
revoke all on function identity.with_same(uuid) from public;
