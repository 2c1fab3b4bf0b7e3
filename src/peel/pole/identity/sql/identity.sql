-- Clusters: kept by a trigger from the judgements, whoever writes them; read through functions that
-- apply visibility first.
create schema if not exists identity;
grant usage on schema identity to peel_web, peel_worker, peel_loader;

-- Every record that holding judgements join to these, hidden ones too; the oldest first. With a
-- moment: those that held then. For the functions below alone.
create or replace function identity.joined(p_records uuid[], p_at timestamptz) returns uuid[]
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  with recursive met(id) as (
    select unnest(p_records)
    union
    select next.id from met cross join lateral (
      select j.second_id as id, j.asserted_at, j.ended_at
      from public.identity_judgement j where j.first_id = met.id and j.verdict = 'same'
      union all
      select j.first_id, j.asserted_at, j.ended_at
      from public.identity_judgement j where j.second_id = met.id and j.verdict = 'same') next
    where case when p_at is null then next.ended_at is null
      else next.asserted_at <= p_at and (next.ended_at is null or next.ended_at > p_at) end)
  select array_agg(met.id order by met.id) from met
$$;

-- The same for now, by the index of memberships: what a page asks.
create or replace function identity.together(p_records uuid[]) returns uuid[]
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select array_agg(distinct o.record_id)
  from public.identity_membership m
  join public.identity_membership o on o.cluster = m.cluster and o.until is null
  where m.record_id = any (p_records) and m.until is null
$$;

-- The judgements "same" by which the caller sees these records joined to others: both records of
-- each, and the one in which it was said, are his to see.
create or replace function identity.bonds(p_records uuid[], p_at timestamptz)
returns table (first_id uuid, second_id uuid)
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  near uuid[];
  clearance smallint := access.current_clearance();
begin
  near := case when p_at is null then identity.together(p_records)
    else identity.joined(p_records, p_at) end;
  if coalesce(cardinality(near), 0) < 2 then
    return;
  end if;
  near := array(select records.visible_among(near));
  return query
  select j.first_id, j.second_id from public.identity_judgement j
  where j.first_id = any (near) and j.second_id = any (near) and j.verdict = 'same'
    and j.marking <= clearance
    and case when p_at is null then j.ended_at is null
      else j.asserted_at <= p_at and (j.ended_at is null or j.ended_at > p_at) end
    and (j.asserted_in_id is null or records.visible_now(j.asserted_in_id));
end
$$;

-- Two who judge at once about clusters that overlap take turns: locked in one order, and looked at
-- again once they are locked. What was locked for a cluster that has changed since is given back
-- with the block, so that nobody waits for another while he holds what the other waits for.
create or replace function identity.hold(p_records uuid[]) returns void
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  before bigint[];
  since bigint[];
  key bigint;
begin
  if exists (select from unnest(p_records) r where not records.visible_now(r)) then
    raise exception 'no such record' using errcode = 'P0002';
  end if;
  loop
    before := identity.locks(p_records);
    begin
      foreach key in array before loop
        perform pg_advisory_xact_lock(key);
      end loop;
      since := identity.locks(p_records);
      if since = before then
        return;
      end if;
      raise exception using errcode = 'PI000';
    exception when sqlstate 'PI000' then
      null;
    end;
  end loop;
end
$$;

-- What stands for the clusters of these records when they are locked.
create or replace function identity.locks(p_records uuid[]) returns bigint[]
language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
  select array_agg(distinct k order by k) from (
    select hashtextextended('identity ' || coalesce(m.cluster, r)::text, 0) as k
    from unnest(p_records) r
    left join public.identity_membership m on m.record_id = r and m.until is null) keys
$$;

-- Two of one cluster that are judged different, if any: `seen` tells whether the caller may know.
create or replace function identity.clash(p_first uuid, p_second uuid)
returns table (first_id uuid, second_id uuid, seen boolean)
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  near uuid[];
begin
  if not records.visible_now(p_first) or not records.visible_now(p_second) then
    raise exception 'no such record' using errcode = 'P0002';
  end if;
  near := identity.joined(array[p_first, p_second], null);
  return query
  select case when t.ok then t.a end, case when t.ok then t.b end, t.ok from (
    select j.first_id as a, j.second_id as b, records.visible_now(j.first_id)
      and records.visible_now(j.second_id) and j.marking <= access.current_clearance()
      and (j.asserted_in_id is null or records.visible_now(j.asserted_in_id)) as ok
    from public.identity_judgement j
    where j.first_id = any (near) and j.second_id = any (near)
      and j.verdict = 'different' and j.ended_at is null) t
  order by t.ok desc, t.a, t.b limit 1;
end
$$;

-- Whether two are of one cluster by judgements that the caller may or may not know.
create or replace function identity.are_joined(p_first uuid, p_second uuid) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  if not records.visible_now(p_first) or not records.visible_now(p_second) then
    raise exception 'no such record' using errcode = 'P0002';
  end if;
  return p_second = any (identity.joined(array[p_first], null));
end
$$;

-- Memberships of all that these records are or were together with, brought to what the judgements
-- say. Nobody who was judged different may come together.
create or replace function identity.regroup(p_records uuid[], p_at timestamptz) returns void
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  touched uuid[];
  left_over uuid[];
  group_of uuid[];
  moment timestamptz;
begin
  touched := array(
    select unnest(identity.joined(p_records, null))
    union select unnest(identity.together(p_records)));
  -- A judgement that bears an earlier time than the last change takes effect after it.
  select greatest(p_at, max(m.since), max(m.until)) into moment
    from public.identity_membership m where m.record_id = any (touched);
  left_over := touched;
  while cardinality(left_over) > 0 loop
    group_of := identity.joined(array[left_over[1]], null);
    update public.identity_membership m set until = moment
      where m.record_id = any (group_of) and m.until is null
        and (cardinality(group_of) = 1 or m.cluster <> group_of[1]);
    if cardinality(group_of) > 1 then
      if exists (select from public.identity_judgement j
                 where j.first_id = any (group_of) and j.second_id = any (group_of)
                   and j.verdict = 'different' and j.ended_at is null) then
        raise exception 'two that are judged different would be one' using errcode = 'PI001';
      end if;
      insert into public.identity_membership (record_id, cluster, since)
        select r, group_of[1], moment from unnest(group_of) r
        where not exists (select from public.identity_membership m
                          where m.record_id = r and m.until is null);
    end if;
    left_over := array(select unnest(left_over) except select unnest(group_of) order by 1);
  end loop;
end
$$;

-- Row by row, unless the loader said that it will call `identity.regroup_many` before it commits.
-- Nobody else may say so: the setting counts for that role only, and for one transaction.
create or replace function identity.keep_clusters() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  if session_user = 'peel_loader'
     and current_setting('identity.together', true) = pg_current_xact_id()::text then
    return null;
  end if;
  if new.verdict = 'different' and new.ended_at is null
     and new.second_id = any (identity.joined(array[new.first_id], null)) then
    raise exception 'two of one cluster would be different' using errcode = 'PI001';
  end if;
  if new.verdict = 'same' then
    perform identity.regroup(
      array[new.first_id, new.second_id], coalesce(new.ended_at, new.asserted_at));
  end if;
  return null;
end
$$;

revoke all on all functions in schema identity from public;
grant execute on function identity.bonds(uuid[], timestamptz), identity.hold(uuid[]),
  identity.clash(uuid, uuid), identity.are_joined(uuid, uuid)
  to peel_web, peel_worker;
