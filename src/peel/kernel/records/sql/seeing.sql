-- Who can see a record, and why. Each post is asked about by `access.standing`, the function by
-- which a session comes to speak, so that the answer is the rule and not a copy of it.

-- The rule of row-level security for any speaker.
create or replace function records.may_see_as(p_speaker access.speaker, p_record uuid)
returns boolean language sql stable security definer
set search_path = pg_catalog, public, pg_temp as $$
  select coalesce((
    select r.organisation_id = any (p_speaker.organisations) and r.marking <= p_speaker.clearance
      and (not r.restricted or exists (
        select from public.records_admission a
        where a.record_id = r.id and a.user_id = p_speaker.user_id and a.ended_at is null
          and (a.until is null or a.until > statement_timestamp())))
    from public.records_record r where r.id = p_record), false)
$$;

-- The roles that hold a permission, by the pattern as `access.may` reads it.
create or replace function records.roles_with(p_permission text) returns setof text
language sql stable security definer
set search_path = pg_catalog, public, pg_temp as $$
  select distinct p.role_id::text from public.access_rolepermission p
  where p_permission like replace(replace(p.permission, '_', '\_'), '*', '%')
$$;

-- Every post that sees the record and may view its kind, with what it rests on.
create or replace function records.seers(p_record uuid, p_permission text)
returns table (appointment_id uuid, user_id uuid, organisation_id uuid, role_id text, basis text)
language sql stable security definer
set search_path = pg_catalog, public, pg_temp as $$
  select a.id, a.user_id, a.organisation_id, a.role_id::text,
    case when o.system then 'program'
         when r.restricted and l.until is not null then 'glass'
         when r.restricted then 'list'
         when a.organisation_id = r.organisation_id then 'own'
         else 'agreement' end
  from public.records_record r
  cross join public.access_appointment a
  join public.access_role o on o.name = a.role_id
  left join public.records_admission l on l.record_id = r.id and l.user_id = a.user_id
    and l.ended_at is null and (l.until is null or l.until > statement_timestamp())
  cross join lateral access.standing(a.id) s
  where r.id = p_record and a.role_id in (select records.roles_with(p_permission))
    -- What no standing makes up for is looked at first, for it costs less.
    and a.clearance >= r.marking and (not r.restricted or l.id is not null)
    and (a.ends is null or a.ends > clock_timestamp())
    and records.may_see_as(s, r.id)
$$;

-- The question is put about a record that the caller sees, and by those who may put it.
create or replace function records.demand_seeing(p_record uuid) returns void
language plpgsql stable security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  if not records.visible_now(p_record) then
    raise exception 'no such record' using errcode = 'P0002';
  end if;
  if not access.may('records.access.view') then
    raise exception 'not permitted' using errcode = '42501';
  end if;
end
$$;

-- How many people see it, by what it rests on, organisation and role; of other organisations than
-- the caller's own no roles. The row without a basis counts everybody once.
create or replace function records.seen_by_groups(p_record uuid, p_permission text)
returns table (basis text, organisation_id uuid, role_id text, people bigint)
language plpgsql stable security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  own uuid := (access.identity()).organisation_id;
begin
  perform records.demand_seeing(p_record);
  return query
  select f.basis, f.organisation_id, f.role, count(distinct f.user_id)
  from (select s.basis, s.organisation_id, s.user_id,
               case when s.organisation_id = own then s.role_id end as role
        from records.seers(p_record, p_permission) s) f
  group by grouping sets ((f.basis, f.organisation_id, f.role), ());
end
$$;

-- The posts of the caller's own organisation that see it, by name, a page at a time.
create or replace function records.seen_by_people(
  p_record uuid, p_permission text, p_basis text, p_role text, p_text text,
  p_after_name text, p_after uuid, p_limit integer
) returns table (appointment_id uuid, user_id uuid, name text, collar_number text, rank text,
                 role_id text, unit_name text, basis text)
language plpgsql stable security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  perform records.demand_seeing(p_record);
  return query
  select s.appointment_id, s.user_id, o.name::text, o.collar_number::text, o.rank::text, s.role_id,
         o.unit_name::text, s.basis
  from records.seers(p_record, p_permission) s
  join public.access_officer o on o.id = s.appointment_id
  where s.organisation_id = (access.identity()).organisation_id
    and (p_basis = '' or s.basis = p_basis) and (p_role = '' or s.role_id = p_role)
    and (p_text = '' or position(lower(p_text) in lower(o.name || ' ' || o.collar_number)) > 0)
    and (p_after is null or (o.name, s.appointment_id) > (p_after_name, p_after))
  order by o.name, s.appointment_id limit p_limit;
end
$$;

-- Each part of the rule for every post that one person holds in the caller's organisation.
create or replace function records.sees_why(p_record uuid, p_permission text, p_user uuid)
returns table (appointment_id uuid, role_id text, unit_name text, in_force boolean, reach text,
               clearance smallint, cleared boolean, listed text, permitted boolean, sees boolean)
language plpgsql stable security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  perform records.demand_seeing(p_record);
  return query
  select a.id, a.role_id::text, coalesce(n.name, '')::text, s.user_id is not null,
    case when s.user_id is null or not r.organisation_id = any (s.organisations) then 'none'
         when a.organisation_id = r.organisation_id then 'own' else 'agreement' end,
    coalesce(s.clearance, a.clearance), coalesce(r.marking <= s.clearance, false),
    case when not r.restricted then 'open' when l.id is null then 'no'
         when l.until is not null then 'until' else 'yes' end,
    a.role_id in (select records.roles_with(p_permission)),
    records.may_see_as(s, r.id) and a.role_id in (select records.roles_with(p_permission))
  from public.records_record r
  cross join public.access_appointment a
  left join public.access_unit n on n.id = a.unit_id
  left join public.records_admission l on l.record_id = r.id and l.user_id = a.user_id
    and l.ended_at is null and (l.until is null or l.until > statement_timestamp())
  cross join lateral access.standing(a.id) s
  where r.id = p_record and a.user_id = p_user
    and a.organisation_id = (access.identity()).organisation_id
  order by a.starts desc, a.id;
end
$$;

revoke all on function records.may_see_as(access.speaker, uuid), records.roles_with(text),
  records.seers(uuid, text), records.demand_seeing(uuid), records.seen_by_groups(uuid, text),
  records.seen_by_people(uuid, text, text, text, text, text, uuid, integer),
  records.sees_why(uuid, text, uuid) from public;
grant execute on function records.seen_by_groups(uuid, text),
  records.seen_by_people(uuid, text, text, text, text, text, uuid, integer),
  records.sees_why(uuid, text, uuid) to peel_web;
