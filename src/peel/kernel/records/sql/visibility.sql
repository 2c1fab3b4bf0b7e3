-- Installed by an early migration and again by later ones, so it may name columns yet to come.
set local check_function_bodies = off;

-- Who may see a record, and how a kind and a document come to carry it.
create schema if not exists records;
grant usage on schema records to peel_web, peel_door, peel_relay, peel_worker, peel_loader, peel_sealer;

-- The one statement of the rule: same organisation (or one that shares with it), marking within
-- the clearance, and on the access list where the record is restricted. A place on the list may
-- have an end, which is judged as each statement begins: a transaction held open stretches nothing.
create or replace function records.may_see(
  p_record uuid, p_organisation uuid, p_marking smallint, p_restricted boolean
) returns boolean language sql stable security definer
set search_path = pg_catalog, public, pg_temp as $$
  select coalesce((
    select p_organisation = any (who.organisations) and p_marking <= who.clearance
      and (not p_restricted or exists (
        select from public.records_admission a
        where a.record_id = p_record and a.user_id = who.user_id and a.ended_at is null
          and (a.until is null or a.until > statement_timestamp())))
    from access.identity() who), false)
$$;

create or replace function records.visible_now(p_record uuid)
returns boolean language sql stable security definer
set search_path = pg_catalog, public, pg_temp as $$
  select coalesce((
    select records.may_see(r.id, r.organisation_id, r.marking, r.restricted)
    from public.records_record r where r.id = p_record), false)
$$;

-- Which of these records the caller may see; who that is, is worked out once.
create or replace function records.visible_among(p_records uuid[])
returns setof uuid language plpgsql stable security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  who access.speaker := access.identity();
  organisations uuid[] := who.organisations;
  clearance smallint := who.clearance;
  caller uuid := who.user_id;
begin
  return query
  select r.id from public.records_record r
  where r.id = any (p_records) and r.organisation_id = any (organisations)
    and r.marking <= clearance
    and (not r.restricted or exists (
      select from public.records_admission a
      where a.record_id = r.id and a.user_id = caller and a.ended_at is null
        and (a.until is null or a.until > statement_timestamp())));
end
$$;

-- A kind's row takes from its Record what lists and row-level security ask for.
create or replace function records.carry() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  select r.organisation_id, r.owner_unit_id, r.marking, r.restricted, r.state, r.created_at, r.version
    into new.carried_organisation_id, new.carried_unit_id, new.carried_marking,
         new.carried_restricted, new.carried_state, new.carried_created_at, new.carried_version
    from public.records_record r where r.id = new.record_ptr_id;
  return new;
end
$$;

create or replace function records.carry_document() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  select r.kind, r.organisation_id, r.marking, r.restricted
    into new.kind, new.organisation_id, new.marking, new.restricted
    from public.records_record r where r.id = new.record_id;
  new.names := lower(public.unaccent(new.names));
  new.vector := to_tsvector('simple', public.unaccent(
    -- Names that only repeat the caption need not be read twice.
    new.caption || case when new.names = lower(public.unaccent(new.caption)) then '' else ' ' || new.names end || ' ' || new.body || ' ' || array_to_string(new.numbers, ' ')));
  return new;
end
$$;

-- A changed Record makes its kind's row and its document carry the change.
create or replace function records.spread() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  child text;
begin
  select k.table_name into child from public.records_kindtable k where k.kind = new.kind;
  if child is not null then
    execute format('update public.%I set carried_version = $2 where record_ptr_id = $1', child)
      using new.id, new.version;
  end if;
  if (old.organisation_id, old.marking, old.restricted)
     is distinct from (new.organisation_id, new.marking, new.restricted) then
    update public.records_document set caption = caption where record_id = new.id;
  end if;
  return null;
end
$$;

-- Visibility is changed here only: the writer may put a record out of his own sight, which plain
-- UPDATE refuses under row-level security.
create or replace function records.set_visibility(
  p_record uuid, p_version integer, p_restricted boolean, p_marking smallint,
  p_organisation uuid, p_unit uuid, p_at timestamptz, p_through text
) returns integer language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  found_kind text;
  new_version integer;
begin
  if not records.visible_now(p_record) then
    raise exception 'no such record' using errcode = 'P0002';
  end if;
  select kind into found_kind from public.records_record where id = p_record for update;
  if not access.may(found_kind || '.restrict') or records.sees_for_a_time(p_record) then
    raise exception 'not permitted' using errcode = '42501';
  end if;
  update public.records_record set
    restricted = coalesce(p_restricted, restricted), marking = coalesce(p_marking, marking),
    organisation_id = coalesce(p_organisation, organisation_id),
    owner_unit_id = coalesce(p_unit, owner_unit_id), version = version + 1,
    changed_at = p_at, changed_by_id = access.current_appointment_id(), changed_through = p_through
  where id = p_record and version = p_version returning version into new_version;
  if new_version is null then
    raise exception 'stale version' using errcode = '40001';
  end if;
  return new_version;
end
$$;

-- Whether the caller sees the record by a place that ends by itself, as break-glass gives: that is
-- enough to work with it, never to decide who else sees it, nor whether he does tomorrow.
create or replace function records.sees_for_a_time(p_record uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select exists (
    select from public.records_record r join public.records_admission a on a.record_id = r.id
    where r.id = p_record and r.restricted and a.user_id = access.current_user_id()
      and a.ended_at is null and a.until > statement_timestamp())
$$;

-- The posts held now by these people from which the record is within reach: its organisation is
-- theirs or shares with it, and its marking is within their clearance.
create or replace function records.reach(p_record uuid, p_users uuid[])
returns table (user_id uuid, role text) language sql stable security definer
set search_path = pg_catalog, public, pg_temp as $$
  select p.user_id, p.role_id::text
  from public.records_record r
  join public.access_appointment p on p.user_id = any (p_users) and p.clearance >= r.marking
  cross join lateral access.standing(p.id) s
  where r.id = p_record and r.organisation_id = any (s.organisations)
$$;

-- Those of these people whom no post brings within reach of the record: to admit them is vain.
create or replace function records.beyond_reach(p_record uuid, p_users uuid[])
returns setof uuid language plpgsql stable security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  perform records.require_restrict(p_record);
  return query
    select u from unnest(p_users) u
    where u not in (select near.user_id from records.reach(p_record, p_users) near);
end
$$;

-- Whether a role allows something, by its name.
create or replace function records.role_may(p_role text, p_permission text) returns boolean
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select exists (select from public.access_rolepermission p where p.role_id = p_role
    and p_permission like replace(replace(p.permission, '_', '\_'), '*', '%'))
$$;

-- Which of these people may see the record from a post that they hold: for notices about it.
create or replace function records.seers(p_record uuid, p_users uuid[])
returns setof uuid language sql stable security definer
set search_path = pg_catalog, public, pg_temp as $$
  select distinct near.user_id
  from public.records_record r
  cross join lateral records.reach(r.id, p_users) near
  where r.id = p_record
    and records.role_may(near.role, r.kind || '.view')
    and (not r.restricted or exists (
      select from public.records_admission a
      where a.record_id = r.id and a.user_id = near.user_id and a.ended_at is null
        and (a.until is null or a.until > statement_timestamp())))
$$;

-- Places on the access list of a record. The caller sees the record and may restrict its kind; who
-- is admitted must be within its reach. A place for a time gives way to one without an end.
create or replace function records.admit(p_id uuid, p_record uuid, p_user uuid, p_at timestamptz)
returns void language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  perform records.require_restrict(p_record);
  if not exists (select from records.reach(p_record, array[p_user])) then
    raise exception 'no post of this person may see the record' using errcode = 'PR001';
  end if;
  update public.records_admission set ended_at = p_at
  where record_id = p_record and user_id = p_user and ended_at is null and until is not null;
  insert into public.records_admission (id, record_id, user_id, admitted_at, admitted_by_id)
  values (p_id, p_record, p_user, p_at, access.current_appointment_id())
  on conflict do nothing;
end
$$;

create or replace function records.expel(p_record uuid, p_user uuid, p_at timestamptz)
returns void language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  perform records.require_restrict(p_record);
  update public.records_admission set ended_at = p_at
  where record_id = p_record and user_id = p_user and ended_at is null;
end
$$;

create or replace function records.require_restrict(p_record uuid)
returns void language plpgsql stable security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  found_kind text;
begin
  if not records.visible_now(p_record) then
    raise exception 'no such record' using errcode = 'P0002';
  end if;
  select kind into found_kind from public.records_record where id = p_record;
  if not access.may(found_kind || '.restrict') or records.sees_for_a_time(p_record) then
    raise exception 'not permitted' using errcode = '42501';
  end if;
end
$$;

drop function if exists records.access_list(uuid);
create function records.access_list(p_record uuid)
returns table (user_id uuid, admitted_at timestamptz, admitted_by_id uuid, until timestamptz)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select a.user_id, a.admitted_at, a.admitted_by_id, a.until from public.records_admission a
  where a.record_id = p_record and a.ended_at is null
    and (a.until is null or a.until > statement_timestamp()) and records.visible_now(p_record)
  order by a.admitted_at, a.user_id
$$;

revoke all on all functions in schema records from public;
grant execute on function records.may_see(uuid, uuid, smallint, boolean), records.visible_now(uuid),
  records.visible_among(uuid[]),
  records.set_visibility(uuid, integer, boolean, smallint, uuid, uuid, timestamptz, text),
  records.admit(uuid, uuid, uuid, timestamptz), records.expel(uuid, uuid, timestamptz),
  records.access_list(uuid), records.beyond_reach(uuid, uuid[]), records.sees_for_a_time(uuid)
  to peel_web, peel_worker;
grant execute on function records.seers(uuid, uuid[]) to peel_worker;
