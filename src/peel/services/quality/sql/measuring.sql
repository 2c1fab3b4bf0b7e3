set local check_function_bodies = off;

create schema if not exists quality;
grant usage on schema quality to peel_web, peel_worker, peel_loader;

-- The faults of these records. A stored date is "earliest/latest kind".
-- That there is another of the same name is said only where the other is no secret: not
-- restricted, of the same organisation, of a marking not above this one's. So whoever sees this
-- record sees that one too, and nobody learns of a record from a fault of another.
create or replace function quality.faults(p_records uuid[])
returns table (record_id uuid, measure text)
language plpgsql stable security definer
set search_path = pg_catalog, public, pg_temp set plan_cache_mode = force_custom_plan as $$
begin
  return query
  with today as (select current_date::text as day, (current_date - interval '110 years')::date::text as old)
  select n.record_ptr_id, f.measure
  from public.pole_nominal n cross join today
  cross join lateral (values
    ('nominal-no-name', n.family_name = '' and n.given_names = ''),
    ('nominal-no-given-name', n.given_names = '' and n.family_name <> ''),
    ('nominal-no-date-of-birth', n.date_of_birth is null),
    ('nominal-no-sex', n.sex in ('', 'N')),
    ('nominal-born-in-future', left(n.date_of_birth, 10) > today.day),
    ('nominal-too-old', substr(n.date_of_birth, 12, 10) < today.old and not exists (
      select from public.pole_marker m where m.record_id = n.record_ptr_id
        and m.type_id = 'deceased' and m.ended_at is null)),
    ('nominal-digits-in-name', n.family_name ~ '[0-9]' or n.given_names ~ '[0-9]'),
    ('nominal-placeholder-name',
      upper(n.family_name) = any (quality.no_names()) or upper(n.given_names) = any (quality.no_names())),
    ('nominal-placeholder-birth', n.date_of_birth in (
      '1900-01-01/1900-01-01 day', '1901-01-01/1901-01-01 day', '1970-01-01/1970-01-01 day')),
    ('nominal-first-of-january', n.date_of_birth like '%-01-01 day'
      and left(n.date_of_birth, 4) not in ('1900', '1901', '1970'))
  ) f(measure, holds)
  where f.holds and n.record_ptr_id = any (p_records)
  union all
  select distinct n.record_ptr_id, 'nominal-twice'
  from public.pole_nominal n
  join public.pole_nominal o on o.family_name = n.family_name and o.given_names = n.given_names
    and o.date_of_birth = n.date_of_birth and o.record_ptr_id <> n.record_ptr_id
  where n.record_ptr_id = any (p_records)
    and n.date_of_birth like '% day' and n.family_name <> '' and n.given_names <> ''
    and not o.carried_restricted and o.carried_marking <= n.carried_marking
    and o.carried_organisation_id = n.carried_organisation_id
    and not quality.settled(n.record_ptr_id, o.record_ptr_id)
  union all
  select l.record_ptr_id, f.measure
  from public.pole_location l
  cross join lateral (values
    ('location-no-postcode', l.category = 'address' and l.postcode = ''),
    ('location-no-position', l.longitude is null),
    ('location-placeholder-postcode', l.postcode like 'ZZ99%'),
    ('location-twice', l.place_key <> '' and exists (
        select from public.pole_location o
        where o.place_key = l.place_key and o.record_ptr_id <> l.record_ptr_id
          and not o.carried_restricted and o.carried_marking <= l.carried_marking
          and o.carried_organisation_id = l.carried_organisation_id
          and not quality.settled(l.record_ptr_id, o.record_ptr_id)))
  ) f(measure, holds)
  where f.holds and l.record_ptr_id = any (p_records)
  union all
  select v.record_ptr_id, f.measure
  from public.objects_vehicle v
  cross join lateral (values
    ('vehicle-no-number', v.vrm = '' and v.vin = ''),
    ('vehicle-from-future', v.year > extract(year from current_date) + 1)
  ) f(measure, holds)
  where f.holds and v.record_ptr_id = any (p_records)
  union all
  select p.record_ptr_id, 'phone-no-number'
  from public.objects_phone p
  where p.msisdn = '' and p.imei = '' and p.imei_2 = ''
    and p.record_ptr_id = any (p_records);
end
$$;

-- What is typed where a name is not known.
create or replace function quality.no_names() returns text[]
language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
  select array['UNKNOWN', 'UNK', 'N/K', 'NK', 'N/A', 'NA', 'NOT KNOWN', 'NOT GIVEN', 'NOT STATED',
    'NONE', 'NO NAME', 'ANON', 'ANONYMOUS', 'TEST', 'TESTER', 'TBC', 'TBA', 'X', 'XX', 'XXX', 'XXXX',
    'ASDF', 'MALE', 'FEMALE', '.', '-', '?']
$$;

-- Whether somebody has judged of the two: the same (they stand together) or different. A judgement
-- that was said in a restricted record is not told of here.
create or replace function quality.settled(p_one uuid, p_other uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select exists (
      select from public.identity_judgement j
      left join public.records_record said on said.id = j.asserted_in_id
      where j.first_id = least(p_one, p_other) and j.second_id = greatest(p_one, p_other)
        and j.ended_at is null and j.verdict <> 'unsure' and not coalesce(said.restricted, false))
    or exists (
      select from public.identity_membership a join public.identity_membership b
        on b.cluster = a.cluster and b.until is null
      where a.record_id = p_one and b.record_id = p_other and a.until is null)
$$;

-- Count everything anew: what is no longer wrong goes, what is comes, and the day keeps its figures.
create or replace function quality.measure() returns bigint
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  batch uuid[];
  last uuid := '00000000-0000-0000-0000-000000000000';
begin
  perform pg_advisory_xact_lock(hashtextextended('quality.measure', 0));
  create temporary table counted (record_id uuid, measure text) on commit drop;
  loop
    batch := array(
      select r.id from public.records_record r
      where r.id > last
        and r.kind in ('pole.nominal', 'pole.location', 'objects.vehicle', 'objects.phone')
      order by r.id limit 20000);
    exit when cardinality(batch) = 0;
    insert into counted select * from quality.faults(batch);
    last := batch[cardinality(batch)];
  end loop;
  analyze counted;
  delete from public.quality_finding f where not exists (
    select from counted c where c.record_id = f.record_id and c.measure = f.measure);
  insert into public.quality_finding (record_id, measure)
    select c.record_id, c.measure from counted c
    on conflict (measure, record_id) do nothing;
  delete from public.quality_tally where day = current_date;
  insert into public.quality_tally (day, measure, organisation_id, unit_id, marking, count)
    select current_date, c.measure, r.organisation_id, r.owner_unit_id, r.marking, count(*)
    from counted c join public.records_record r on r.id = c.record_id and not r.restricted
    group by c.measure, r.organisation_id, r.owner_unit_id, r.marking;
  insert into public.quality_count (at) values (clock_timestamp());
  drop table counted;
  return (select count(*) from public.quality_finding);
end
$$;

-- How many of each fault a unit has that the caller may see (visibility before any count).
create or replace function quality.counts(p_kinds text[])
returns table (measure text, unit_id uuid, n bigint)
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  who access.speaker := access.identity();
  organisations uuid[] := who.organisations;
  clearance smallint := who.clearance;
  caller uuid := who.user_id;
begin
  return query
  select f.measure::text, r.owner_unit_id, count(*)
  from public.quality_finding f join public.records_record r on r.id = f.record_id
  where r.kind = any (p_kinds)
    and pole.open_to(r.id, r.organisation_id, r.marking, r.restricted, organisations, clearance, caller)
  group by f.measure, r.owner_unit_id;
end
$$;

-- How many records of each kind a unit has that the caller may see.
create or replace function quality.wholes(p_kinds text[])
returns table (kind text, unit_id uuid, n bigint)
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  who access.speaker := access.identity();
  organisations uuid[] := who.organisations;
  clearance smallint := who.clearance;
  caller uuid := who.user_id;
begin
  return query
  select r.kind::text, r.owner_unit_id, count(*) from public.records_record r
  where r.kind = any (p_kinds)
    and pole.open_to(r.id, r.organisation_id, r.marking, r.restricted, organisations, clearance, caller)
  group by r.kind, r.owner_unit_id;
end
$$;

-- A page of the records with a fault that the caller may see, the newest first. Each is looked at
-- again: what was mended since the count is not listed, but stands in the page's size.
create or replace function quality.records_with(
  p_measure text, p_kinds text[], p_unit uuid, p_after uuid, p_limit integer
) returns table (record_id uuid, still boolean)
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  who access.speaker := access.identity();
  organisations uuid[] := who.organisations;
  clearance smallint := who.clearance;
  caller uuid := who.user_id;
  found uuid[];
begin
  found := array(
    select f.record_id from public.quality_finding f
    join public.records_record r on r.id = f.record_id
    where f.measure = p_measure and r.kind = any (p_kinds)
      and (p_unit is null or r.owner_unit_id = p_unit)
      and (p_after is null or f.record_id < p_after)
      and pole.open_to(r.id, r.organisation_id, r.marking, r.restricted, organisations, clearance, caller)
    order by f.record_id desc limit p_limit);
  return query
  select each.id, now.record_id is not null
  from unnest(found) with ordinality each(id, place)
  left join quality.faults(found) now on now.record_id = each.id and now.measure = p_measure
  order by each.place;
end
$$;

-- What the days before had, of what is not restricted and the caller may see.
create or replace function quality.trend(p_measures text[], p_unit uuid, p_since date)
returns table (day date, measure text, n bigint)
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  organisations uuid[] := access.current_organisations();
  clearance smallint := access.current_clearance();
begin
  return query
  select t.day, t.measure::text, sum(t.count)::bigint from public.quality_tally t
  where t.measure = any (p_measures) and t.day >= p_since and (p_unit is null or t.unit_id = p_unit)
    and t.organisation_id = any (organisations) and t.marking <= clearance
  group by t.day, t.measure order by t.day;
end
$$;

revoke all on all functions in schema quality from public;
grant execute on function quality.measure() to peel_worker, peel_loader;
grant execute on function quality.counts(text[]), quality.wholes(text[]),
  quality.records_with(text, text[], uuid, uuid, integer),
  quality.trend(text[], uuid, date) to peel_web, peel_worker;
