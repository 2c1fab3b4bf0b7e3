-- Lending a post to a colleague while its holder is absent, and the sessions of a user.

-- Whose post may be lent or taken back by whoever speaks: his own; with the permission to manage
-- delegations, those of his unit and below; with that to appoint, those of his organisation.
create function staff.may_lend(p_post public.access_appointment) returns boolean
  language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select coalesce(
    p_post.user_id = (access.identity()).user_id
    or (access.may('staff.delegation.manage') and staff.reaches(p_post.organisation_id)
        and (access.may('staff.user.appoint') or p_post.unit_id in (
          select access.unit_and_below((access.identity()).unit_id)))), false)
$$;

-- Neither somebody who acts for another nor a program may pass a post on.
create function staff.demand_own_post() returns void
  language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  who access.speaker := access.identity();
begin
  if who.scopes is not null then
    raise exception 'a token lends nothing' using errcode = '42501';
  end if;
  if access.lent(who.appointment_id) is not null then
    perform staff.refuse('You act for somebody else. Change to your own appointment first.');
  end if;
end
$$;

create function staff.lend(
  p_id uuid, p_lent uuid, p_delegate uuid, p_starts timestamptz, p_ends timestamptz, p_reason text
) returns void language plpgsql volatile security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  post public.access_appointment;
  begins timestamptz := coalesce(p_starts, clock_timestamp());
  reach smallint;
begin
  perform staff.demand('staff.delegation.lend');
  perform staff.demand_own_post();
  -- Locked, so that two lenders take turns.
  select * into post from public.access_appointment a where a.id = p_lent for update;
  if post.id is null or not staff.may_lend(post) then
    raise exception 'no such appointment' using errcode = 'P0002';
  end if;
  if access.lent(post.id) is not null then
    perform staff.refuse('This post is lent itself. Only its holder''s own post can be lent.');
  end if;
  if (access.standing(post.id)).user_id is null or exists (
       select from public.access_role r where r.name = post.role_id and r.system) then
    perform staff.refuse('This post is not held now, so there is nothing to lend.');
  end if;
  perform staff.demand_delegate(post, p_delegate);
  if begins < clock_timestamp() - interval '1 minute' then
    perform staff.refuse('It cannot begin in the past.');
  end if;
  if p_ends is null or p_ends <= begins or p_ends > begins + interval '93 days' then
    perform staff.refuse('Say a last day, at most three months after the first.');
  end if;
  if p_ends > post.ends then
    perform staff.refuse('The post itself ends before that day.');
  end if;
  if exists (select from public.access_delegation d
             join public.access_appointment a on a.id = d.appointment_id
             where d.lent_id = post.id and a.user_id = p_delegate
               and tstzrange(a.starts, a.ends) && tstzrange(begins, p_ends)) then
    perform staff.refuse('This colleague acts for the post already for some of that time.');
  end if;
  reach := access.own_clearance(p_delegate, post.organisation_id);
  insert into public.access_appointment
    (id, user_id, organisation_id, unit_id, role_id, rank, clearance, starts, ends)
  select p_id, p_delegate, post.organisation_id, post.unit_id, post.role_id,
         staff.rank_of(p_delegate, post.organisation_id), least(post.clearance, reach),
         begins, p_ends;
  insert into public.access_delegation (appointment_id, lent_id, reason, made_at, made_by_id)
  values (p_id, post.id, p_reason, clock_timestamp(), (access.identity()).appointment_id);
end
$$;

-- The delegate: an active colleague with a post of his own in the same organisation; and nobody
-- takes another's post for himself.
create function staff.demand_delegate(p_post public.access_appointment, p_delegate uuid)
returns void language plpgsql stable security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  if p_delegate = p_post.user_id then
    perform staff.refuse('The post is that officer''s own.');
  end if;
  if p_delegate = (access.identity()).user_id then
    perform staff.refuse('You cannot lend another''s post to yourself. Ask an administrator.');
  end if;
  if not exists (select from public.access_user u where u.id = p_delegate and u.is_active)
     or access.own_clearance(p_delegate, p_post.organisation_id) is null then
    perform staff.refuse('This officer holds no post in the same organisation.');
  end if;
end
$$;

-- The rank that an officer bears in an organisation, by his newest post of his own.
create function staff.rank_of(p_user uuid, p_organisation uuid) returns text
  language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select coalesce((select a.rank from public.access_appointment a
    where a.user_id = p_user and a.organisation_id = p_organisation
      and access.lent(a.id) is null and a.starts <= clock_timestamp()
      and (a.ends is null or a.ends > clock_timestamp())
    order by a.starts desc limit 1), '')
$$;

-- Taken back by whoever may lend it, or given back by the delegate. Gives whose post it was.
create function staff.end_delegation(p_appointment uuid) returns uuid
  language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  acting public.access_appointment;
  post public.access_appointment;
begin
  perform staff.demand('staff.delegation.lend');
  select * into acting from public.access_appointment a where a.id = p_appointment for update;
  select * into post from public.access_appointment a where a.id = access.lent(p_appointment);
  if post.id is null or not (staff.may_lend(post)
                             or acting.user_id = (access.identity()).user_id) then
    raise exception 'no such delegation' using errcode = 'P0002';
  end if;
  if acting.ends <= clock_timestamp() then
    perform staff.refuse('It has ended already.');
  end if;
  update public.access_appointment set ends = greatest(starts, clock_timestamp())
    where id = acting.id;
  update public.access_delegation set ended_by_id = (access.identity()).appointment_id
    where appointment_id = acting.id;
  update public.access_sessiontoken set ended_at = clock_timestamp()
    where appointment_id = acting.id and ended_at is null;
  return post.user_id;
end
$$;

-- The live sessions of a user within reach, with where they were begun.
create function staff.sessions_of(p_user uuid) returns table (
  id uuid, created timestamptz, last_seen timestamptz, expires timestamptz, address text,
  agent text, appointment_id uuid
) language plpgsql stable security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  perform staff.demand('staff.user.sessions');
  if not staff.reaches_user(p_user) then
    raise exception 'no such user' using errcode = 'P0002';
  end if;
  return query select t.id, t.created, t.last_seen, t.expires, t.address::text, t.agent::text,
                      t.appointment_id
    from public.access_sessiontoken t
    where t.user_id = p_user and t.ended_at is null and t.expires > clock_timestamp()
      and t.last_seen + t.idle_limit > clock_timestamp()
    order by t.last_seen desc;
end
$$;

create function staff.end_sessions(p_user uuid) returns integer
  language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  perform staff.demand('staff.user.end_sessions');
  perform staff.demand_user(p_user);
  return access.end_sessions_of(p_user);
end
$$;

revoke all on function
  staff.may_lend(public.access_appointment), staff.demand_own_post(),
  staff.lend(uuid, uuid, uuid, timestamptz, timestamptz, text),
  staff.demand_delegate(public.access_appointment, uuid), staff.rank_of(uuid, uuid),
  staff.end_delegation(uuid), staff.sessions_of(uuid), staff.end_sessions(uuid) from public;
grant execute on function
  staff.lend(uuid, uuid, uuid, timestamptz, timestamptz, text), staff.end_delegation(uuid),
  staff.sessions_of(uuid), staff.end_sessions(uuid)
  to peel_door;
