-- Tables that grow without end are partitioned by month of their UUIDv7 key, so that the id alone
-- stays the key and old months can be moved or dropped. Partitions stand in the schema `base`,
-- where no role but the owner reaches them except through their table.
create table public.base_partitioned (table_name name primary key);

create function base.uuid7_floor(moment timestamptz) returns uuid language sql immutable strict
as $$
  select rpad(lpad(to_hex(floor(extract(epoch from moment) * 1000)::bigint), 12, '0'),
              32, '0')::uuid
$$;

-- Makes one month's partition, and moves into it what the default partition holds of that month.
create function base.make_partition(p_table name, p_month timestamptz) returns boolean
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare
  part name := p_table || to_char(p_month at time zone 'UTC', '_YYYY_MM');
  low uuid := base.uuid7_floor(p_month);
  high uuid := base.uuid7_floor((p_month at time zone 'UTC' + interval '1 month')
                                at time zone 'UTC');
  key name;
begin
  if to_regclass(format('base.%I', part)) is not null then
    return false;
  end if;
  select a.attname into strict key
  from pg_partitioned_table p join pg_attribute a
    on a.attrelid = p.partrelid and a.attnum = p.partattrs[0]
  where p.partrelid = format('public.%I', p_table)::regclass;
  execute format('create table base.%I (like public.%I including all)', part, p_table);
  execute format('lock table base.%I in access exclusive mode', p_table || '_rest');
  execute format(
    'with moved as (delete from base.%1$I where %2$I >= %3$L and %2$I < %4$L returning *)
     insert into base.%5$I select * from moved', p_table || '_rest', key, low, high, part);
  execute format('alter table public.%I attach partition base.%I for values from (%L) to (%L)',
                 p_table, part, low, high);
  return true;
end
$$;

-- Puts a table (partitioned by range of its UUIDv7 key) under this care. For migrations.
create function base.partition_by_month(p_table name) returns void
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  execute format('create table base.%I partition of public.%I default', p_table || '_rest', p_table);
  insert into public.base_partitioned values (p_table);
end
$$;

-- Makes the partitions of this month and the next `months_ahead`; returns how many are new.
create function base.ensure_partitions(months_ahead integer default 3) returns integer
language plpgsql security definer set search_path = pg_catalog, public, pg_temp
set lock_timeout = '3s' as $$
declare
  made integer := 0;
  entry name;
  step integer;
  month timestamp := date_trunc('month', now() at time zone 'UTC');
begin
  if months_ahead not between 0 and 24 then
    raise exception 'months_ahead must be between 0 and 24' using errcode = '22023';
  end if;
  perform pg_advisory_xact_lock(hashtext('base.ensure_partitions'));
  for entry in select table_name from public.base_partitioned order by 1 loop
    for step in 0 .. months_ahead loop
      if base.make_partition(entry, (month + make_interval(months => step)) at time zone 'UTC') then
        made := made + 1;
      end if;
    end loop;
  end loop;
  return made;
end
$$;

revoke all on function base.make_partition(name, timestamptz), base.partition_by_month(name),
  base.ensure_partitions(integer) from public;
grant execute on function base.ensure_partitions(integer) to peel_relay, peel_worker;

select base.partition_by_month('base_event');
select base.partition_by_month('base_delivery');
select base.ensure_partitions();
