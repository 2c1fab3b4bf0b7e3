-- Who speaks: an identity that holds for one transaction and that the web role cannot make up.
create schema if not exists access;
grant usage on schema access to public;

-- The key that signs identities. One row, made here, readable by no role but the owner.
create table public.access_secret (
  id smallint primary key check (id = 1),
  value bytea not null check (length(value) = 32)
);
insert into public.access_secret (id, value) values (1, public.gen_random_bytes(32));

create type access.speaker as (
  user_id uuid, appointment_id uuid, organisation_id uuid, unit_id uuid,
  clearance smallint, organisations uuid[]
);

-- The signature of a payload for this backend and this transaction: the same words said in another
-- transaction, on this connection or on any other, need another signature.
create function access.seal(p_payload text) returns text
language plpgsql stable parallel restricted security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  return encode(public.hmac(
    convert_to(pg_backend_pid() || '|' || extract(epoch from transaction_timestamp()) || '|'
               || p_payload, 'UTF8'),
    (select s.value from public.access_secret s where s.id = 1), 'sha256'), 'hex');
end
$$;

-- Who speaks in this transaction; all NULL when nobody does or the signature does not fit.
-- Parallel restricted: a parallel worker has a process id of its own.
create function access.identity() returns access.speaker
language plpgsql stable parallel restricted security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  said text := current_setting('peel.identity', true);
  payload text;
begin
  if said is null or length(said) < 65 then
    return null;
  end if;
  payload := substr(said, 65);
  if access.seal(payload) is distinct from left(said, 64) then
    return null;
  end if;
  return payload::access.speaker;
end
$$;

create function access.current_user_id() returns uuid
language sql stable parallel restricted as $$ select (access.identity()).user_id $$;
create function access.current_appointment_id() returns uuid
language sql stable parallel restricted as $$ select (access.identity()).appointment_id $$;
create function access.current_organisations() returns uuid[]
language sql stable parallel restricted as $$ select (access.identity()).organisations $$;
create function access.current_clearance() returns smallint
language sql stable parallel restricted as $$ select (access.identity()).clearance $$;

-- What an appointment that holds now stands for; nothing when it has not begun, has ended, or its
-- holder is no longer active. The clock is the database's.
create function access.standing(p_appointment uuid) returns access.speaker
language plpgsql stable security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  found access.speaker;
  moment timestamptz := clock_timestamp();
begin
  select a.user_id, a.id, a.organisation_id, a.unit_id, a.clearance,
         array(select a.organisation_id
               union all
               select g.giver_id from public.access_agreement g
               where g.receiver_id = a.organisation_id
                 and g.starts <= moment and (g.ends is null or g.ends > moment))
    into found
    from public.access_appointment a join public.access_user u on u.id = a.user_id
    where a.id = p_appointment and u.is_active
      and a.starts <= moment and (a.ends is null or a.ends > moment);
  return found;
end
$$;

create function access.say(p_speaker access.speaker) returns void
language plpgsql volatile security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  perform set_config('peel.identity', access.seal(p_speaker::text) || p_speaker::text, true);
end
$$;

-- The live session that a token opens, or nothing.
create function access.session_of(p_token text) returns public.access_sessiontoken
language plpgsql stable security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  held public.access_sessiontoken;
begin
  select * into held from public.access_sessiontoken t
    where t.token_hash = sha256(convert_to(p_token, 'UTF8')) and t.ended_at is null
      and t.expires > clock_timestamp() and t.last_seen + t.idle_limit > clock_timestamp();
  return held;
end
$$;

-- Speak, until this transaction ends, as the person and post that the token was minted for.
create function access.speak_for(p_token text) returns void
language plpgsql volatile security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  held public.access_sessiontoken := access.session_of(p_token);
  speaker access.speaker;
begin
  if held.id is not null then
    speaker := access.standing(held.appointment_id);
  end if;
  if speaker.user_id is null then
    raise exception 'nobody is signed in with this token' using errcode = '28000';
  end if;
  perform access.say(speaker);
end
$$;

-- Speak as a program: for appointments whose role is a system role.
create function access.speak_as_system(p_appointment uuid) returns void
language plpgsql volatile security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  speaker access.speaker;
begin
  if exists (select from public.access_appointment a
             join public.access_role r on r.name = a.role_id and r.system
             where a.id = p_appointment) then
    speaker := access.standing(p_appointment);
  end if;
  if speaker.user_id is null then
    raise exception 'this appointment is not one of a program' using errcode = '28000';
  end if;
  perform access.say(speaker);
end
$$;

-- May whoever speaks do this? A permission of a role may hold `*` for any run of characters.
create function access.may(p_permission text) returns boolean
language plpgsql stable parallel restricted security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  return exists (
    select from public.access_appointment a
    join public.access_rolepermission p on p.role_id = a.role_id
    where a.id = (access.identity()).appointment_id
      and p_permission like replace(replace(p.permission, '_', '\_'), '*', '%'));
end
$$;

revoke execute on all functions in schema access from public;
grant execute on function
  access.identity(), access.current_user_id(), access.current_appointment_id(),
  access.current_organisations(), access.current_clearance(), access.may(text)
  to peel_web, peel_door, peel_relay, peel_worker, peel_loader, peel_sealer;
grant execute on function access.speak_for(text) to peel_web, peel_door;
grant execute on function access.speak_as_system(uuid) to peel_worker, peel_loader;
