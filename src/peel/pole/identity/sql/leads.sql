-- Whether a record stands for all that the caller sees it joined to: true for one that stands alone.
-- Asked of each row of a list that shows each person once, so that its cost is that of the rows
-- which are looked at, however many are joined. It is the answer of `api.canonical`.
create or replace function identity.leads(p_record uuid) returns boolean
language plpgsql stable security definer cost 1000 set search_path = pg_catalog, public, pg_temp as $$
begin
  if not exists (select from public.identity_membership m
                 where m.record_id = p_record and m.until is null) then
    return true;
  end if;
  return not exists (
    with recursive said as materialized (select * from identity.bonds(array[p_record], null)),
    met(id) as (
      select p_record
      union
      select case when s.first_id = met.id then s.second_id else s.first_id end
      from met join said s on met.id in (s.first_id, s.second_id))
    select from met where met.id < p_record);
end
$$;
revoke all on function identity.leads(uuid) from public;
grant execute on function identity.leads(uuid) to peel_web, peel_worker;
