-- Telling officers, and counting what they have not read. The worker tells; anybody who speaks may
-- count his own.
create schema if not exists notify;
revoke all on schema notify from public;
grant usage on schema notify to peel_web, peel_worker;

-- Tells these people once, by the id of the event: those in post who may see the record and have
-- not muted it. What one person does to one record within minutes is folded into one notice, as
-- long as it is unread. Gives who was told.
create or replace function notify.tell(
  p_ids uuid[], p_users uuid[], p_reason text, p_text text, p_record uuid, p_by uuid,
  p_glass uuid, p_event uuid, p_at timestamptz, p_folded interval
) returns setof uuid language plpgsql volatile security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  told uuid;
  place integer := 0;
begin
  -- In one order, so that two who tell the same people do not wait for each other in a ring.
  for told in
    select distinct u from unnest(p_users) u
    where (p_record is null or p_glass is not null
           or u in (select records.seers(p_record, p_users)))
      and (p_glass is not null or not exists (
        select from public.notify_mute m where m.user_id = u
          and (m.reason = p_reason or m.record_id = p_record)))
    order by u
  loop
    place := place + 1;
    perform pg_advisory_xact_lock(hashtextextended(told::text || coalesce(p_record::text, ''), 0));
    continue when exists (
      select from public.notify_notice n
      where n.user_id = told and n.events @> array[p_event] and n.at >= p_at - interval '1 day');
    update public.notify_notice n
      set count = n.count + 1, text = p_text, at = greatest(n.at, p_at), events = n.events || p_event
      where n.id = (
        select o.id from public.notify_notice o
        where o.user_id = told and o.record_id = p_record and o.by_id = p_by
          and o.read_at is null and o.break_glass_id is null and p_glass is null
          and o.at > p_at - p_folded
        order by o.at desc limit 1);
    if not found then
      insert into public.notify_notice
        (id, user_id, reason, text, record_id, by_id, break_glass_id, events, count, at)
      values (p_ids[place], told, p_reason, p_text, p_record, p_by, p_glass, array[p_event], 1, p_at);
    end if;
    return next told;
  end loop;
end
$$;

-- How many notices wait for each of these people: for counts on pages that they have open. What
-- waits is what is unread, and an alarm that was read and not yet judged.
create or replace function notify.waiting(p_users uuid[])
returns table (user_id uuid, unread bigint) language sql stable security definer
set search_path = pg_catalog, public, pg_temp as $$
  select u, (
    select count(*) from (
      select from public.notify_notice n
      where n.user_id = u and n.read_at is null
        and (n.break_glass_id is not null or n.record_id is null
             or u in (select records.seers(n.record_id, array[u]))) limit 100) few)
    + (select count(*) from public.notify_notice n
       where n.user_id = u and n.read_at is not null and n.break_glass_id is not null
         and not exists (
           select from public.records_judgement j where j.break_glass_id = n.break_glass_id))
  from unnest(p_users) u
$$;

-- What waits for whoever holds the token, and how many alarms are among it: asked on every page,
-- also where the transaction speaks for nobody. Counts what the inbox shows, to a hundred.
create or replace function notify.unread(p_token text, p_kinds text[])
returns table (waiting integer, alarms integer) language plpgsql volatile security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  who access.speaker := access.identity();
  unread integer;
begin
  if who.user_id is null then
    begin
      perform access.speak_for(p_token);
    exception when invalid_authorization_specification then
      return query select 0, 0;
      return;
    end;
    who := access.identity();
  end if;
  select count(*) into unread from (
    select from public.notify_notice n left join public.records_record r on r.id = n.record_id
    where n.user_id = who.user_id and n.read_at is null
      and (n.break_glass_id is not null or n.record_id is null
           or (r.kind = any (p_kinds) and r.organisation_id = any (who.organisations)
               and r.marking <= who.clearance
               and (not r.restricted or exists (
                 select from public.records_admission a
                 where a.record_id = r.id and a.user_id = who.user_id and a.ended_at is null
                   and (a.until is null or a.until > statement_timestamp())))))
    limit 100) few;
  return query
  select unread + count(n.read_at)::integer, count(*)::integer from public.notify_notice n
  where n.user_id = who.user_id and n.break_glass_id is not null and not exists (
    select from public.records_judgement j where j.break_glass_id = n.break_glass_id);
end
$$;

-- Alarms that nobody has judged ring again: they are unread and new once more. Gives whose.
create or replace function notify.ring_again(p_before timestamptz)
returns setof uuid language sql volatile security definer
set search_path = pg_catalog, public, pg_temp as $$
  update public.notify_notice n set read_at = null, at = statement_timestamp(), count = n.count + 1
  where n.break_glass_id is not null and n.at < p_before and not exists (
    select from public.records_judgement j where j.break_glass_id = n.break_glass_id)
  returning n.user_id
$$;

revoke all on all functions in schema notify from public;
grant execute on function
  notify.tell(uuid[], uuid[], text, text, uuid, uuid, uuid, uuid, timestamptz, interval),
  notify.waiting(uuid[]), notify.ring_again(timestamptz) to peel_worker;
grant execute on function notify.unread(text, text[]) to peel_web;
