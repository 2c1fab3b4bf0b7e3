-- When somebody last proved who he is, and where a session was begun: kept with the token, written
-- by the door alone. The functions of 02_sessions.sql that give or take these are made anew.

drop function access.mint(uuid, uuid, uuid, bytea, interval, interval);
create function access.mint(
  p_session uuid, p_user uuid, p_appointment uuid, p_token_hash bytea,
  p_lifetime interval, p_idle_limit interval,
  p_proved timestamptz default null, p_address text default null, p_agent text default null
) returns void language plpgsql volatile security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  if length(p_token_hash) <> 32 then
    raise exception 'a token is kept as its SHA-256' using errcode = '22023';
  end if;
  if (access.standing(p_appointment)).user_id is distinct from p_user or exists (
       select from public.access_appointment a join public.access_role r on r.name = a.role_id
       where a.id = p_appointment and r.system) then
    raise exception 'this appointment is not held now' using errcode = '28000';
  end if;
  insert into public.access_sessiontoken
    (id, token_hash, user_id, appointment_id, created, last_seen, expires, idle_limit,
     proved_at, address, agent)
  values (p_session, p_token_hash, p_user, p_appointment, clock_timestamp(), clock_timestamp(),
          clock_timestamp() + p_lifetime, p_idle_limit,
          least(p_proved, clock_timestamp()), coalesce(p_address, ''),
          left(coalesce(p_agent, ''), 400));
end
$$;

-- Whoever holds the token has just shown a password, a code or a passkey: note it.
create function access.prove(p_token text) returns boolean
language plpgsql volatile security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  held public.access_sessiontoken := access.session_of(p_token);
begin
  update public.access_sessiontoken set proved_at = clock_timestamp() where id = held.id;
  return found;
end
$$;

drop function access.who(text);
create function access.who(p_token text) returns table (
  session_id uuid, expires timestamptz, user_id uuid, appointment_id uuid, organisation_id uuid,
  unit_id uuid, clearance smallint, organisations uuid[], role text, permissions text[],
  name text, collar_number text, rank text, unit_name text, organisation_name text,
  proved_at timestamptz
) language plpgsql volatile security definer
set search_path = pg_catalog, public, pg_temp as $$
#variable_conflict use_column
declare
  held public.access_sessiontoken := access.session_of(p_token);
  speaker access.speaker;
begin
  if held.id is null then
    return;
  end if;
  speaker := access.standing(held.appointment_id);
  if speaker.user_id is null then
    return;
  end if;
  if held.last_seen < clock_timestamp() - interval '1 minute' then
    -- Skipped when another request of the same session is just doing it.
    update public.access_sessiontoken set last_seen = clock_timestamp()
      where id = (select t.id from public.access_sessiontoken t
                  where t.id = held.id for no key update skip locked);
  end if;
  return query
    select held.id, held.expires, speaker.user_id, speaker.appointment_id,
           speaker.organisation_id, speaker.unit_id, speaker.clearance, speaker.organisations,
           a.role_id::text,
           array(select p.permission::text from public.access_rolepermission p
                 where p.role_id = a.role_id order by p.permission),
           u.name::text, u.collar_number::text, a.rank::text,
           coalesce(n.name, '')::text, o.name::text, held.proved_at
    from public.access_appointment a
    join public.access_user u on u.id = a.user_id
    join public.access_organisation o on o.id = a.organisation_id
    left join public.access_unit n on n.id = a.unit_id
    where a.id = speaker.appointment_id;
end
$$;

-- The live sessions of whoever speaks; and ending one of them.
create function access.my_sessions() returns table (
  id uuid, created timestamptz, last_seen timestamptz, expires timestamptz, address text,
  agent text, appointment_id uuid
) language sql stable security definer
set search_path = pg_catalog, public, pg_temp as $$
  select t.id, t.created, t.last_seen, t.expires, t.address, t.agent, t.appointment_id
    from public.access_sessiontoken t
    where t.user_id = (access.identity()).user_id and t.ended_at is null
      and t.expires > clock_timestamp() and t.last_seen + t.idle_limit > clock_timestamp()
    order by t.last_seen desc
$$;

create function access.end_my_session(p_session uuid) returns boolean
language plpgsql volatile security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  update public.access_sessiontoken set ended_at = clock_timestamp()
    where id = p_session and user_id = (access.identity()).user_id and ended_at is null;
  return found;
end
$$;

-- Takes away what can no longer be used: tokens a week after their end, and at once what allauth
-- and Django keep past its time. Gives how many rows went.
create function access.sweep() returns integer
language plpgsql volatile security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  swept integer;
  total integer;
begin
  delete from public.access_sessiontoken t
    where coalesce(t.ended_at, least(t.expires, t.last_seen + t.idle_limit))
          < clock_timestamp() - interval '7 days';
  get diagnostics total = row_count;
  delete from public.django_session s where s.expire_date < clock_timestamp();
  get diagnostics swept = row_count;
  total := total + swept;
  delete from public.access_cache c where c.expires < clock_timestamp();
  get diagnostics swept = row_count;
  return total + swept;
end
$$;

revoke execute on function
  access.mint(uuid, uuid, uuid, bytea, interval, interval, timestamptz, text, text),
  access.prove(text), access.who(text), access.my_sessions(), access.end_my_session(uuid),
  access.sweep() from public;
grant execute on function
  access.mint(uuid, uuid, uuid, bytea, interval, interval, timestamptz, text, text),
  access.prove(text), access.my_sessions(), access.end_my_session(uuid) to peel_door;
grant execute on function access.who(text) to peel_web, peel_door;
grant execute on function access.sweep() to peel_worker;
