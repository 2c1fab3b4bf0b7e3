-- Many judgements at once, for the loader alone: the clusters are worked out for all of them
-- together, which for 100,000 judgements takes seconds instead of minutes.

-- From now on to the end of the transaction nobody else judges, and clusters are left to
-- `identity.regroup_many`.
create or replace function identity.begin_many() returns void
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  lock table public.identity_judgement in share row exclusive mode;
  perform set_config('identity.together', pg_current_xact_id()::text, true);
end
$$;

-- Memberships of these records, and of all that they are or were together with, brought to what the
-- judgements say: the least id of a cluster is handed from neighbour to neighbour until it has
-- arrived everywhere. Gives how many clusters there are among them.
create or replace function identity.regroup_many(p_records uuid[], p_at timestamptz)
returns bigint
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  moved bigint;
begin
  create temp table identity_touched on commit drop as
    select distinct o.id as id, o.id as top from (
      select unnest(p_records) as id
      union select m2.record_id from public.identity_membership m1
        join public.identity_membership m2 on m2.cluster = m1.cluster and m2.until is null
        where m1.record_id = any (p_records) and m1.until is null) o;
  create unique index on identity_touched (id);
  analyze identity_touched;
  create temp table identity_bond on commit drop as
    select j.first_id as one, j.second_id as two from public.identity_judgement j
    join identity_touched t on t.id = j.first_id
    where j.verdict = 'same' and j.ended_at is null
    union all
    select j.second_id, j.first_id from public.identity_judgement j
    join identity_touched t on t.id = j.second_id
    where j.verdict = 'same' and j.ended_at is null;
  create index on identity_bond (one);
  analyze identity_bond;
  loop
    update identity_touched t set top = n.top from (
      select b.one, min(o.top::text)::uuid as top from identity_bond b
      join identity_touched o on o.id = b.two group by b.one) n
    where n.one = t.id and n.top < t.top;
    get diagnostics moved = row_count;
    exit when moved = 0;
  end loop;
  if exists (select from public.identity_judgement j
             join identity_touched a on a.id = j.first_id
             join identity_touched b on b.id = j.second_id
             where j.verdict = 'different' and j.ended_at is null and a.top = b.top) then
    raise exception 'two that are judged different would be one' using errcode = 'PI001';
  end if;
  return identity.settle_many(p_at);
end
$$;

-- The rows of memberships that follow from `identity_touched`.
create or replace function identity.settle_many(p_at timestamptz) returns bigint
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  found_clusters bigint;
begin
  create temp table identity_size on commit drop as
    select top, count(*) as n from identity_touched group by top;
  update public.identity_membership m set until = greatest(p_at, m.since)
    from identity_touched t join identity_size s using (top)
    where m.record_id = t.id and m.until is null and (s.n = 1 or m.cluster <> t.top);
  insert into public.identity_membership (record_id, cluster, since)
    select t.id, t.top, greatest(p_at, (
      select max(greatest(m.since, m.until)) from public.identity_membership m
      where m.record_id = t.id))
    from identity_touched t join identity_size s using (top)
    where s.n > 1 and not exists (select from public.identity_membership m
                                  where m.record_id = t.id and m.until is null);
  select count(*) into found_clusters from identity_size where n > 1;
  drop table identity_touched, identity_bond, identity_size;
  return found_clusters;
end
$$;

-- All that a run wrote and that still holds is ended; gives the records that it was about.
create or replace function identity.end_run(
  p_run uuid, p_at timestamptz, p_by uuid, p_reason text, p_act uuid) returns uuid[]
language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
  with ended as (
    update public.identity_judgement set ended_at = p_at, ended_by_id = p_by,
      end_reason = p_reason, ended_act = p_act
    where run = p_run and ended_at is null
    returning first_id, second_id)
  select coalesce(array_agg(distinct r), array[]::uuid[])
  from (select first_id as r from ended union all select second_id from ended) both_ends
$$;

-- These pairs, judged the same by runs, are the same no longer; gives how many that were. What a
-- person has judged no run ends.
create or replace function identity.end_pairs(
  p_first uuid[], p_second uuid[], p_at timestamptz, p_by uuid, p_reason text, p_act uuid)
returns bigint
language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
  with ended as (
    update public.identity_judgement j set ended_at = p_at, ended_by_id = p_by,
      end_reason = p_reason, ended_act = p_act
    from unnest(p_first, p_second) as p(first_id, second_id)
    where j.first_id = p.first_id and j.second_id = p.second_id and j.ended_at is null
      and j.verdict = 'same' and j.run is not null
    returning 1)
  select count(*) from ended
$$;

revoke all on function identity.begin_many(), identity.regroup_many(uuid[], timestamptz),
  identity.settle_many(timestamptz), identity.end_run(uuid, timestamptz, uuid, text, uuid),
  identity.end_pairs(uuid[], uuid[], timestamptz, uuid, text, uuid)
  from public;
grant execute on function identity.begin_many(), identity.regroup_many(uuid[], timestamptz),
  identity.end_run(uuid, timestamptz, uuid, text, uuid),
  identity.end_pairs(uuid[], uuid[], timestamptz, uuid, text, uuid) to peel_loader;
