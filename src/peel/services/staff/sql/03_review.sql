-- What a review of access needs beyond the staff list: when a post was last used, and on how many
-- access lists its holder stands. Which records those are is told only where the reviewer sees them.
create or replace function staff.review(p_appointments uuid[])
returns table (appointment_id uuid, last_seen timestamptz, lists bigint, seen uuid[])
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  perform staff.demand('staff.review.export');
  return query
  select a.id,
    (select max(t.last_seen) from public.access_sessiontoken t where t.appointment_id = a.id),
    cardinality(l.records)::bigint,
    array(select records.visible_among(l.records))
  from public.access_appointment a
  cross join lateral (select array(
    select d.record_id from public.records_admission d
    where d.user_id = a.user_id and d.ended_at is null
      and (d.until is null or d.until > statement_timestamp())) as records) l
  where a.id = any (p_appointments) and staff.reaches(a.organisation_id);
end
$$;

revoke all on function staff.review(uuid[]) from public;
grant usage on schema staff to peel_web;
grant execute on function staff.review(uuid[]) to peel_web;
