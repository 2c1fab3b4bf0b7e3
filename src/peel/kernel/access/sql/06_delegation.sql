-- A delegation is an appointment that stands in for another: it holds while that one holds, reaches
-- no further than the delegate himself, and everything done by it bears the delegate's own name.

-- Who an appointment acts for: the appointment lent; null where it is its holder's own.
create function access.lent(p_appointment uuid) returns uuid
language sql stable security definer
set search_path = pg_catalog, public, pg_temp as $$
  select d.lent_id from public.access_delegation d where d.appointment_id = p_appointment
$$;

-- How far a user's own posts in an organisation reach now; null when he holds none.
create function access.own_clearance(p_user uuid, p_organisation uuid) returns smallint
language sql stable security definer
set search_path = pg_catalog, public, pg_temp as $$
  select max(a.clearance) from public.access_appointment a
    where a.user_id = p_user and a.organisation_id = p_organisation
      and a.starts <= clock_timestamp() and (a.ends is null or a.ends > clock_timestamp())
      and not exists (select from public.access_delegation d where d.appointment_id = a.id)
$$;

create or replace function access.standing(p_appointment uuid) returns access.speaker
language plpgsql stable security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  who access.speaker;
  moment timestamptz := clock_timestamp();
  lent uuid;
  theirs smallint;
  own smallint;
begin
  select a.user_id, a.id, a.organisation_id, a.unit_id, a.clearance,
         array(select a.organisation_id
               union all
               select g.giver_id from public.access_agreement g
               where g.receiver_id = a.organisation_id
                 and g.starts <= moment and (g.ends is null or g.ends > moment))
    into who
    from public.access_appointment a join public.access_user u on u.id = a.user_id
    where a.id = p_appointment and u.is_active
      and a.starts <= moment and (a.ends is null or a.ends > moment);
  if who.user_id is null then
    return null;
  end if;
  lent := access.lent(p_appointment);
  if lent is not null then
    -- No longer than the post lent, and never beyond what the delegate may see by himself.
    theirs := (access.standing(lent)).clearance;
    own := access.own_clearance(who.user_id, who.organisation_id);
    if theirs is null or own is null then
      return null;
    end if;
    who.clearance := least(who.clearance, theirs, own);
  end if;
  return who;
end
$$;

-- The staff list says for whom somebody acts, and that a delegation ends with the post lent.
create or replace view public.access_officer as
select a.id, a.user_id, u.name, u.collar_number, a.rank, a.role_id as role, a.unit_id,
       coalesce(n.name, '') as unit_name, a.organisation_id, o.name as organisation_name,
       a.starts, a.ends,
       (u.is_active and a.starts <= now() and (a.ends is null or a.ends > now())
        and (l.id is null or (lu.is_active and l.starts <= now()
                              and (l.ends is null or l.ends > now())))) as current,
       d.lent_id,
       coalesce(trim(concat_ws(' ', nullif(l.rank, ''), lu.collar_number, lu.name)), '')
         as acting_for
from public.access_appointment a
join public.access_user u on u.id = a.user_id
join public.access_organisation o on o.id = a.organisation_id
left join public.access_unit n on n.id = a.unit_id
left join public.access_delegation d on d.appointment_id = a.id
left join public.access_appointment l on l.id = d.lent_id
left join public.access_user lu on lu.id = l.user_id;

-- For the banner: for whom an appointment acts, as the staff list writes it.
create function access.acting_for(p_appointment uuid) returns text
language sql stable security definer
set search_path = pg_catalog, public, pg_temp as $$
  select trim(concat_ws(' ', nullif(a.rank, ''), u.collar_number, u.name))
    from public.access_delegation d
    join public.access_appointment a on a.id = d.lent_id
    join public.access_user u on u.id = a.user_id
    where d.appointment_id = p_appointment
$$;

revoke execute on function
  access.lent(uuid), access.own_clearance(uuid, uuid), access.acting_for(uuid) from public;
grant execute on function access.acting_for(uuid) to peel_web, peel_door;
