-- API tokens. Made and ended at the door by whoever speaks there; used by the web role, which can
-- mint none. A token opens what a session opens, and its scopes stay with whoever speaks through
-- it, so that `access.may` never allows more than both role and scopes do.
alter type access.speaker add attribute scopes text[];

-- How many calls were made lately: for each key the moment until which its calls are paid for.
-- Not logged: a crash of the server forgets counts, which harms nobody.
create unlogged table public.access_pace (
  key text primary key check (length(key) <= 100),
  paid_until timestamptz not null
);

-- A pattern as `like` reads it: `*` stands for any run of characters.
create function access.as_like(p_pattern text) returns text
language sql immutable parallel safe
set search_path = pg_catalog, public, pg_temp as $$
  select replace(replace(replace(p_pattern, '\', '\\'), '_', '\_'), '*', '%')
$$;

-- May whoever speaks do this? Through an API token only what its scopes name too.
create or replace function access.may(p_permission text) returns boolean
language plpgsql stable parallel restricted security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  who access.speaker := access.identity();
begin
  return exists (
    select from public.access_appointment a
    join public.access_rolepermission p on p.role_id = a.role_id
    where a.id = who.appointment_id and p_permission like access.as_like(p.permission))
  and (who.scopes is null or exists (
    select from unnest(who.scopes) s where p_permission like access.as_like(s)));
end
$$;

create function access.live_api_token(p_token text) returns public.access_apitoken
language plpgsql stable security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  held public.access_apitoken;
begin
  select * into held from public.access_apitoken t
    where t.token_hash = sha256(convert_to(p_token, 'UTF8')) and t.ended_at is null
      and t.expires > clock_timestamp();
  return held;
end
$$;

-- An API token stands for a session: whatever a session opens, it opens. The session's own part
-- is as it was; it is kept under another name, so that both may change apart.
alter function access.session_of(text) rename to signed_in_session_of;
create function access.session_of(p_token text) returns public.access_sessiontoken
language plpgsql stable security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  held public.access_sessiontoken;
  api public.access_apitoken;
begin
  if left(p_token, 5) <> 'peel_' or length(p_token) <> 47 then
    return access.signed_in_session_of(p_token);
  end if;
  api := access.live_api_token(p_token);
  held.id := api.id;
  held.user_id := api.user_id;
  held.appointment_id := api.appointment_id;
  held.created := api.created;
  held.last_seen := clock_timestamp();
  held.expires := api.expires;
  return held;
end
$$;

-- What whoever speaks with this token is bounded by; null for a session.
create function access.scopes_of(p_token text) returns text[]
language sql stable security definer
set search_path = pg_catalog, public, pg_temp as $$
  select (access.live_api_token(p_token)).scopes
    where left(p_token, 5) = 'peel_' and length(p_token) = 47
$$;

create or replace function access.speak_for(p_token text) returns void
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
  speaker.scopes := access.scopes_of(p_token);
  perform access.say(speaker);
end
$$;

-- A new token for the appointment of whoever speaks; or, by an administrator, for the appointment
-- of a program within reach. Its scopes are never wider than that appointment's role.
create function access.mint_api_token(
  p_id uuid, p_hash bytea, p_hint text, p_appointment uuid, p_name text, p_scopes text[],
  p_purpose text, p_lifetime interval, p_follows uuid
) returns void language plpgsql volatile security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  who access.speaker := access.identity();
  post public.access_appointment;
begin
  select * into post from public.access_appointment a where a.id = p_appointment;
  if who.user_id is null or who.scopes is not null or post.id is null
     or not access.may_give_tokens(post) then
    raise exception 'no token may be made for this appointment' using errcode = '42501';
  end if;
  if (access.standing(post.id)).user_id is null then
    raise exception 'This appointment is not held now.' using errcode = 'PR001';
  end if;
  if length(p_hash) <> 32 or p_lifetime not between interval '1 minute' and interval '366 days' then
    raise exception 'A token lasts at most a year.' using errcode = 'PR001';
  end if;
  if exists (select from unnest(p_scopes) s where not exists (
       select from public.access_rolepermission p
       where p.role_id = post.role_id and s like access.as_like(p.permission))) then
    raise exception 'A token cannot do more than the role it is made for.' using errcode = 'PR001';
  end if;
  insert into public.access_apitoken
    (id, token_hash, hint, user_id, appointment_id, name, scopes, purpose, created, created_by_id,
     expires, follows_id)
  values (p_id, p_hash, p_hint, post.user_id, post.id, p_name, p_scopes, p_purpose,
          clock_timestamp(), who.appointment_id, clock_timestamp() + p_lifetime, p_follows);
end
$$;

-- His own appointment, or that of a program in an organisation that he is an administrator of.
create function access.may_give_tokens(p_post public.access_appointment) returns boolean
language sql stable security definer
set search_path = pg_catalog, public, pg_temp as $$
  select (p_post.id = (access.identity()).appointment_id and access.may('access.token.create'))
    or (access.may('staff.token.manage')
        and exists (select from public.access_role r where r.name = p_post.role_id and r.system)
        and (p_post.organisation_id = (access.identity()).organisation_id
             or access.may('staff.organisation.edit')))
$$;

-- End a token: one's own, or any of one's organisation by an administrator. Gives whose it was.
create function access.end_api_token(p_id uuid) returns uuid
language plpgsql volatile security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  who access.speaker := access.identity();
  holder uuid;
begin
  update public.access_apitoken t set ended_at = clock_timestamp()
    where t.id = p_id and t.ended_at is null and who.scopes is null
      and (t.user_id = who.user_id or (access.may('staff.token.manage') and exists (
        select from public.access_appointment a where a.id = t.appointment_id
          and (a.organisation_id = who.organisation_id or access.may('staff.organisation.edit')))))
    returning t.user_id into holder;
  if holder is null then
    raise exception 'no such token' using errcode = 'P0002';
  end if;
  return holder;
end
$$;

-- Whom a token stands for now, with its own bounds; notes when and from where, once a minute.
create function access.who_by_api(p_token text, p_address inet) returns table (
  session_id uuid, expires timestamptz, user_id uuid, appointment_id uuid, organisation_id uuid,
  unit_id uuid, clearance smallint, organisations uuid[], role text, permissions text[],
  name text, collar_number text, rank text, unit_name text, organisation_name text,
  scopes text[], purpose text
) language plpgsql volatile security definer
set search_path = pg_catalog, public, pg_temp as $$
#variable_conflict use_column
declare
  api public.access_apitoken := access.live_api_token(p_token);
begin
  if api.id is null then
    return;
  end if;
  if api.last_used is null or api.last_used < clock_timestamp() - interval '1 minute'
     or api.last_address is distinct from p_address then
    update public.access_apitoken set last_used = clock_timestamp(), last_address = p_address
      where id = (select t.id from public.access_apitoken t
                  where t.id = api.id for no key update skip locked);
  end if;
  return query
    select api.id, api.expires, w.user_id, w.appointment_id, w.organisation_id, w.unit_id,
           w.clearance, w.organisations, w.role, w.permissions, w.name, w.collar_number, w.rank,
           w.unit_name, w.organisation_name, api.scopes::text[], api.purpose::text
    from access.who(p_token) w;
end
$$;

-- Why a token opens nothing, told to whoever holds it; no row for one that Peel never made.
create function access.why_not_api(p_token text) returns table (
  id uuid, user_id uuid, appointment_id uuid, reason text
) language sql stable security definer
set search_path = pg_catalog, public, pg_temp as $$
  select t.id, t.user_id, t.appointment_id,
    case when t.ended_at is not null and exists (
           select from public.access_apitoken f where f.follows_id = t.id) then 'replaced'
         when t.ended_at is not null then 'ended'
         when t.expires <= clock_timestamp() then 'expired'
         else 'appointment' end
  from public.access_apitoken t where t.token_hash = sha256(convert_to(p_token, 'UTF8'))
$$;

-- Count one call against a pace, by the generic cell rate algorithm (ITU-T I.371): each call pays
-- for 60/p_a_minute seconds, and no more than p_burst calls may be paid ahead. Gives how many more
-- may be made at once, and for how many seconds the quota (or, when refused, one call) is away.
create function access.count_call(
  p_key text, p_a_minute integer, p_burst integer,
  out allowed boolean, out remaining integer, out wait double precision
) language plpgsql volatile security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  moment timestamptz := clock_timestamp();
  each interval := interval '1 minute' / p_a_minute;
  paid timestamptz;
begin
  insert into public.access_pace as p (key, paid_until) values (p_key, moment + each)
    on conflict (key) do update set paid_until = greatest(p.paid_until, moment) + each
      where greatest(p.paid_until, moment) + each <= moment + each * p_burst
    returning p.paid_until into paid;
  allowed := paid is not null;
  if not allowed then
    select p.paid_until into paid from public.access_pace p where p.key = p_key;
    remaining := 0;
    wait := greatest(0, extract(epoch from paid + each - (moment + each * p_burst)));
  else
    remaining := floor(extract(epoch from moment + each * p_burst - paid)
                       / extract(epoch from each));
    wait := extract(epoch from paid - moment);
  end if;
  if random() < 0.001 then
    delete from public.access_pace p where p.paid_until < moment - interval '1 hour';
  end if;
end
$$;

revoke execute on function
  access.as_like(text), access.live_api_token(text), access.session_of(text),
  access.scopes_of(text), access.may_give_tokens(public.access_appointment),
  access.mint_api_token(uuid, bytea, text, uuid, text, text[], text, interval, uuid),
  access.end_api_token(uuid), access.who_by_api(text, inet), access.why_not_api(text),
  access.count_call(text, integer, integer) from public;
grant execute on function
  access.mint_api_token(uuid, bytea, text, uuid, text, text[], text, interval, uuid),
  access.end_api_token(uuid) to peel_door;
grant execute on function
  access.who_by_api(text, inet), access.why_not_api(text),
  access.count_call(text, integer, integer) to peel_web;
