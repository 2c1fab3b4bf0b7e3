-- Minting and ending session tokens (the door's), and what a token stands for (the web's).

create function access.mint(
  p_session uuid, p_user uuid, p_appointment uuid, p_token_hash bytea,
  p_lifetime interval, p_idle_limit interval
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
    (id, token_hash, user_id, appointment_id, created, last_seen, expires, idle_limit)
  values (p_session, p_token_hash, p_user, p_appointment, clock_timestamp(), clock_timestamp(),
          clock_timestamp() + p_lifetime, p_idle_limit);
end
$$;

-- End one session. Whoever holds the token may end it.
create function access.end_session(p_token text) returns boolean
language plpgsql volatile security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  update public.access_sessiontoken set ended_at = clock_timestamp()
    where token_hash = sha256(convert_to(p_token, 'UTF8')) and ended_at is null;
  return found;
end
$$;

-- End all sessions of a user, but for the one whose token is given.
create function access.end_sessions_of(p_user uuid, p_but_token text default null) returns integer
language plpgsql volatile security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  ended integer;
begin
  update public.access_sessiontoken set ended_at = clock_timestamp()
    where user_id = p_user and ended_at is null
      and (p_but_token is null or token_hash <> sha256(convert_to(p_but_token, 'UTF8')));
  get diagnostics ended = row_count;
  return ended;
end
$$;

-- Everything a page needs to know of whom a token stands for: one row, or none. Notes, at most
-- once a minute, that the session is in use.
create function access.who(p_token text) returns table (
  session_id uuid, expires timestamptz, user_id uuid, appointment_id uuid, organisation_id uuid,
  unit_id uuid, clearance smallint, organisations uuid[], role text, permissions text[],
  name text, collar_number text, rank text, unit_name text, organisation_name text
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
           coalesce(n.name, '')::text, o.name::text
    from public.access_appointment a
    join public.access_user u on u.id = a.user_id
    join public.access_organisation o on o.id = a.organisation_id
    left join public.access_unit n on n.id = a.unit_id
    where a.id = speaker.appointment_id;
end
$$;

revoke execute on function
  access.mint(uuid, uuid, uuid, bytea, interval, interval), access.end_session(text),
  access.end_sessions_of(uuid, text), access.who(text) from public;
grant execute on function
  access.mint(uuid, uuid, uuid, bytea, interval, interval), access.end_session(text),
  access.end_sessions_of(uuid, text) to peel_door;
grant execute on function access.who(text) to peel_web, peel_door;
