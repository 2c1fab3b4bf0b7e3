set local check_function_bodies = off;

-- Hidden matches: what the caller may not see and what may be what he is recording. Nothing of it leaves
-- these functions but whom he is to ask, and that only where his force has said so.
create schema if not exists resolution;
revoke all on schema resolution from public;
grant usage on schema resolution to peel_web;

-- Whom to ask, as the caller's force has it; null where it is silent.
create or replace function resolution.asks() returns text
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select p.whom from public.resolution_hiddenpolicy p
  where p.organisation_id = (access.identity()).organisation_id and p.asks
$$;

-- Records of the caller's own force that he may not see: with one of these numbers, or under one of these
-- keys of names and born on one of these days.
create or replace function resolution.hidden(p_kind text, p_keys bigint[], p_days text[], p_numbers text[])
returns setof uuid language sql stable security definer
set search_path = pg_catalog, public, pg_temp set enable_seqscan = off as $$
  select r.id from (
    select d.record_id from public.search_number d
    where d.value = any (p_numbers) and d.sort not in ('born', 'postcode') and d.record_kind = p_kind
      and d.via is null
    union
    select n.record_id from public.search_key k join public.search_name n on n.id = k.name
    where k.key = any (p_keys) and exists (
      select from public.search_number b
      where b.record_id = n.record_id and b.sort = 'born' and b.value = any (p_days))
  ) h join public.records_record r on r.id = h.record_id
  where r.kind = p_kind and r.organisation_id = (access.identity()).organisation_id
    and not records.visible_now(r.id)
$$;

-- Whom the caller is to ask before he records this; null where there is nobody to ask. Under "silent" it
-- looks for nothing, so that neither the answer nor the time tells of anything.
create or replace function resolution.whom_to_ask(
  p_kind text, p_keys bigint[], p_days text[], p_numbers text[]
) returns text language plpgsql stable security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  whom text := resolution.asks();
begin
  if whom is not null and exists (select from resolution.hidden(p_kind, p_keys, p_days, p_numbers)) then
    return whom;
  end if;
  return null;
end
$$;

-- Note for the owners of what is hidden that the caller was told to ask, once a day, or that he recorded
-- `p_made`. True where there is something to tell them.
create or replace function resolution.note_asking(
  p_act uuid, p_made uuid, p_kind text, p_keys bigint[], p_days text[], p_numbers text[]
) returns boolean language plpgsql volatile security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  who access.speaker := access.identity();
begin
  if resolution.asks() is null then
    return false;
  end if;
  insert into public.resolution_asking (id, act, record_id, appointment_id, made_id, at)
  select gen_random_uuid(), p_act, h, who.appointment_id, p_made, clock_timestamp()
  from resolution.hidden(p_kind, p_keys, p_days, p_numbers) h
  where p_made is not null or not exists (
    select from public.resolution_asking a
    where a.record_id = h and a.appointment_id = who.appointment_id
      and a.at > clock_timestamp() - interval '1 day');
  return found;
end
$$;

revoke all on all functions in schema resolution from public;
grant execute on function
  resolution.whom_to_ask(text, bigint[], text[], text[]),
  resolution.note_asking(uuid, uuid, text, bigint[], text[], text[]) to peel_web;
