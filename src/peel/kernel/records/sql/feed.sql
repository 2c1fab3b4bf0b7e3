-- Installed by an early migration and again by later ones, so it may name columns yet to come.
set local check_function_bodies = off;

-- What was published, in the relay's order: for the streams of open pages, which know whom they
-- speak to, and for the change feed, whose caller the database knows.
create or replace function records.position() returns bigint
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select p.last from public.base_publication p where p.id = 1
$$;

-- Events past a place with who may see the record now, and who could before its visibility was
-- changed (those are told that it has gone). For the role of the streams alone.
create or replace function records.published(p_after bigint, p_limit integer)
returns table (
  published bigint, name text, payload jsonb, organisation_id uuid, marking smallint,
  restricted boolean, admitted uuid[],
  was_organisation_id uuid, was_marking smallint, was_restricted boolean
) language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select e.published, e.name, e.payload, r.organisation_id, r.marking, r.restricted,
         case when r.restricted then array(
           select a.user_id from public.records_admission a
           where a.record_id = r.id and a.ended_at is null
             and (a.until is null or a.until > statement_timestamp())) end,
         was.organisation_id, was.marking, was.restricted
  from public.base_event e
  left join public.records_record r on r.id = e.record_id
  left join lateral (
    select v.organisation_id, v.marking, v.restricted from public.records_recordevent v
    where v.pgh_obj_id = e.record_id and v.version = (e.payload ->> 'version')::integer - 1
    order by v.pgh_id desc limit 1) was on e.name = 'record.changed'
  where e.published > p_after and e.name in ('record.changed', 'person.counted')
  order by e.published limit p_limit
$$;

-- The changes that the speaker may see among the next `p_limit` events; the last row bears the
-- place that was looked at last, whoever may see it.
create or replace function records.changes(p_after bigint, p_limit integer)
returns table (published bigint, payload jsonb, at timestamptz)
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  newest bigint := (select p.last from public.base_publication p where p.id = 1);
  looked bigint := least(newest, p_after + p_limit);
  seen uuid[];
begin
  if (access.identity()).user_id is null then
    raise exception 'nobody speaks' using errcode = '28000';
  end if;
  select array(select records.visible_among(array(
    select distinct e.record_id from public.base_event e
    where e.published > p_after and e.published <= looked and e.name = 'record.changed'))) into seen;
  return query
  select e.published, e.payload, e.at from public.base_event e
  where e.published > p_after and e.published <= looked and e.name = 'record.changed'
    and e.record_id = any (seen)
  order by e.published;
  published := greatest(looked, p_after);
  payload := null;
  at := null;
  return next;
end
$$;

-- What tokens stand for now, by their SHA-256: the streams ask every few seconds, and asking keeps
-- no session alive. Whoever has ended is not among the answers.
create or replace function records.listeners(p_hashes bytea[])
returns table (
  token_hash bytea, user_id uuid, clearance smallint, organisations uuid[], permissions text[]
) language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
  select t.token_hash, s.user_id, s.clearance, s.organisations,
         array(select p.permission::text from public.access_rolepermission p
               where p.role_id = a.role_id)
  from public.access_sessiontoken t
  join public.access_appointment a on a.id = t.appointment_id
  cross join lateral access.standing(t.appointment_id) s
  where t.token_hash = any (p_hashes) and t.ended_at is null and t.expires > clock_timestamp()
    and t.last_seen + t.idle_limit > clock_timestamp() and s.user_id is not null
$$;

revoke all on function records.position(), records.published(bigint, integer),
  records.changes(bigint, integer), records.listeners(bytea[]) from public;
grant usage on schema records to peel_live;
grant execute on function records.position() to peel_web, peel_live;
grant execute on function records.changes(bigint, integer) to peel_web, peel_worker;
grant execute on function records.published(bigint, integer), records.listeners(bytea[]) to peel_live;
