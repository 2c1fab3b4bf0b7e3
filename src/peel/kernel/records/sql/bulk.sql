-- The bulk path: COPY is refused under row-level security, so a loader copies rows as JSON into a
-- table that is closed to the web role, and this function moves a batch into the tables proper.
-- What is staged is gone by the end of its transaction, so nothing is lost by not logging it.
-- A staged row holds many rows of one table: `rows`, and in `fixed` the columns that all of them
-- share, which are then sent and read once. Squeezing what is read a moment later costs more than
-- it saves.
alter table public.records_staged set unlogged;
alter table public.records_staged alter column row set storage external;

create or replace function records.take_in(p_batch uuid)
returns table (target text, moved bigint) language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  step record;
  staged jsonb;
  fields text;
  counted bigint;
begin
  for step in
    select t.table_name from public.records_loadtarget t
    where exists (select from public.records_staged s
                  where s.batch = p_batch and s.target = t.table_name)
    order by t.position
  loop
    target := step.table_name;
    moved := 0;
    for staged in
      select s.row from public.records_staged s
      where s.batch = p_batch and s.target = step.table_name order by s.id
    loop
      select string_agg(quote_ident(key), ', ') into fields from (
        select jsonb_object_keys(staged -> 'fixed') as key
        union select jsonb_object_keys(staged -> 'rows' -> 0)) keys;
      execute format(
        'insert into public.%1$I (%2$s) select %3$s from jsonb_populate_recordset(
           jsonb_populate_record(null::public.%1$I, $1), $2) r',
        step.table_name, fields,
        (select string_agg('r.' || trim(f), ', ') from unnest(string_to_array(fields, ',')) f))
        using staged -> 'fixed', staged -> 'rows';
      get diagnostics counted = row_count;
      moved := moved + counted;
    end loop;
    return next;
  end loop;
  if exists (select from public.records_staged s where s.batch = p_batch and not exists (
               select from public.records_loadtarget t where t.table_name = s.target)) then
    raise exception 'a staged row names a table that may not be loaded' using errcode = '42501';
  end if;
  delete from public.records_staged where batch = p_batch;
end
$$;
revoke all on function records.take_in(uuid) from public;
grant execute on function records.take_in(uuid) to peel_loader;
