-- Break-glass: somebody whom a restriction shuts out opens one record to himself for a while, with a
-- reason, and those to whom it belongs are told. Organisation, marking and role stay as they are.

-- Who has to be told: the supervisors of the owner unit (of the nearest unit above that has any),
-- whoever restricted the record, and the auditors of its organisation.
create or replace function records.guardians(p_record uuid) returns setof uuid
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  with recursive up (id, parent_id, step) as (
    select u.id, u.parent_id, 0 from public.access_unit u
      join public.records_record r on r.owner_unit_id = u.id where r.id = p_record
    union all
    select u.id, u.parent_id, up.step + 1 from public.access_unit u join up on u.id = up.parent_id),
  heads as (
    select o.user_id, up.step from up join public.access_officer o on o.unit_id = up.id
    where o.current and records.role_may(o.role, 'records.restrict.manage'))
  select h.user_id from heads h where h.step = (select min(step) from heads)
  union
  select p.user_id from public.records_restriction s
    join public.access_appointment p on p.id = s.set_by_id where s.record_id = p_record
  union
  select o.user_id from public.access_officer o
    join public.records_record r on r.organisation_id = o.organisation_id
    where r.id = p_record and o.current and records.role_may(o.role, 'oversight.audit.view')
$$;

-- Opens a restricted record to whoever speaks. Gives nothing, without a word why, where there is no
-- such record, or none that this opens. How long it lasts is not for the caller to say.
create or replace function records.break_glass(
  p_id uuid, p_admission uuid, p_reference text, p_category text, p_reason text
) returns setof public.records_breakglass language plpgsql volatile security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  who access.speaker := access.identity();
  moment timestamptz := clock_timestamp();
  shut public.records_record;
begin
  if not access.may('records.break_glass') then
    raise exception 'not permitted' using errcode = '42501';
  end if;
  if p_category not in ('life', 'child', 'officer', 'welfare', 'other')
     or length(trim(p_reason)) not between 20 and 2000 then
    raise exception 'a reason has to be given' using errcode = '23514';
  end if;
  select * into shut from public.records_record r
    where r.reference = p_reference and r.restricted and r.marking <= who.clearance
      and r.organisation_id = any (who.organisations) and access.may(r.kind || '.view');
  -- Asked for what there is and for what there is not, so that both take the same time.
  update public.records_admission a set ended_at = a.until
    where a.record_id = shut.id and a.user_id = who.user_id and a.ended_at is null
      and a.until <= moment;
  insert into public.records_admission
    (id, record_id, user_id, admitted_at, admitted_by_id, until)
    select p_admission, shut.id, who.user_id, moment, who.appointment_id, moment + interval '4 hours'
    where shut.id is not null on conflict do nothing;
  if not found then
    return;
  end if;
  return query
    insert into public.records_breakglass
      (id, record_id, admission_id, organisation_id, user_id, by_id, category, reason, at, until,
       concerned)
    values (p_id, shut.id, p_admission, shut.organisation_id, who.user_id, who.appointment_id,
            p_category, trim(p_reason), moment, moment + interval '4 hours',
            array(select g from records.guardians(shut.id) g where g <> who.user_id))
    returning *;
end
$$;

-- Whether the act concerns whoever speaks: he was told of it, or audits its organisation. Nobody
-- judges himself.
create or replace function records.concerns_me(p_glass public.records_breakglass) returns boolean
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select coalesce(p_glass.user_id <> access.current_user_id()
    and (access.current_user_id() = any (p_glass.concerned)
         or (p_glass.organisation_id = (access.identity()).organisation_id
             and access.may('oversight.audit.view'))), false)
$$;

-- Ends the time early: by whoever broke the glass, or by one whom it concerns.
create or replace function records.end_break_glass(p_id uuid)
returns setof public.records_breakglass language plpgsql volatile security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  held public.records_breakglass;
begin
  select * into held from public.records_breakglass g where g.id = p_id for update;
  if held.id is null or not (held.user_id is not distinct from access.current_user_id()
                             or records.concerns_me(held)) then
    raise exception 'no such act' using errcode = 'P0002';
  end if;
  update public.records_admission a set ended_at = clock_timestamp()
    where a.id = held.admission_id and a.ended_at is null and a.until > clock_timestamp();
  return query
    update public.records_breakglass g set ended_at = coalesce(g.ended_at, clock_timestamp())
      where g.id = held.id and g.until > clock_timestamp() returning *;
end
$$;

create or replace function records.judge_break_glass(
  p_judgement uuid, p_id uuid, p_verdict text, p_words text
) returns setof public.records_breakglass language plpgsql volatile security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  held public.records_breakglass;
begin
  select * into held from public.records_breakglass g where g.id = p_id for update;
  if held.id is null or not records.concerns_me(held) then
    raise exception 'no such act' using errcode = 'P0002';
  end if;
  if p_verdict not in ('justified', 'unjustified', 'open')
     or length(trim(p_words)) not between 1 and 2000 then
    raise exception 'a judgement has to say why' using errcode = '23514';
  end if;
  insert into public.records_judgement (id, break_glass_id, verdict, words, at, by_id)
    values (p_judgement, held.id, p_verdict, trim(p_words), clock_timestamp(),
            access.current_appointment_id());
  return next held;
end
$$;

revoke all on function records.guardians(uuid), records.break_glass(uuid, uuid, text, text, text),
  records.concerns_me(public.records_breakglass), records.end_break_glass(uuid),
  records.judge_break_glass(uuid, uuid, text, text) from public;
grant execute on function records.break_glass(uuid, uuid, text, text, text),
  records.end_break_glass(uuid), records.judge_break_glass(uuid, uuid, text, text) to peel_web;
grant execute on function records.guardians(uuid) to peel_worker;
