-- What was typed when the session had run out: kept for whoever held it, and for nobody else.
create schema if not exists machine;
revoke all on schema machine from public;
grant usage on schema machine to peel_web;

-- Keep a draft for the appointment of a session that ended by time within a day. True when it was
-- kept. It reads nothing out: whether there is such a session, record or draft stays untold. A
-- session that somebody ended keeps nothing, for its token may be in wrong hands.
create function machine.keep_draft(
  p_token text, p_id uuid, p_command text, p_kind text, p_reference text, p_version integer,
  p_data jsonb
) returns boolean language plpgsql volatile security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  held public.access_sessiontoken;
  about uuid;
begin
  select * into held from public.access_sessiontoken t
    where t.token_hash = sha256(convert_to(p_token, 'UTF8')) and t.ended_at is null
      and t.last_seen > clock_timestamp() - interval '1 day';
  if held.id is null or length(p_data::text) > 131072
     or (select count(*) from public.machine_draft d
         where d.appointment_id = held.appointment_id) >= 100 then
    return false;
  end if;
  if p_reference <> '' then
    select r.id into about from public.records_record r where r.reference = p_reference;
    if about is null then
      return false;
    end if;
  end if;
  insert into public.machine_draft as d
    (id, appointment_id, command, kind, record_id, version, data, began_at, changed_at)
  values (p_id, held.appointment_id, p_command, p_kind, about, p_version, p_data,
          clock_timestamp(), clock_timestamp())
  on conflict (id) do update set data = excluded.data, changed_at = excluded.changed_at
    where d.appointment_id = held.appointment_id and d.command = excluded.command
      and d.record_id is not distinct from excluded.record_id;
  return found;
end
$$;

revoke execute on function
  machine.keep_draft(text, uuid, text, text, text, integer, jsonb) from public;
grant execute on function
  machine.keep_draft(text, uuid, text, text, text, integer, jsonb) to peel_web;
