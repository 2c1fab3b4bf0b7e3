-- Persons, vehicles, addresses, links and texts from the temporary tables that COPY filled.
insert into records_record (id, kind, reference, title, organisation_id, marking, restricted, state,
  version, created_at, created_by_id, changed_at, changed_by_id, changed_through)
select id, 'pole.nominal', 'NM' || n, upper(family) || ', ' || given, organisation, 1, n % 997 = 0,
  'live', 1, now(), %(maker)s, now(), %(maker)s, 'benchmark' from person
union all
select id, 'objects.vehicle', 'VE' || n, vrm, %(ours)s, 1, false, 'live', 1, now(), %(maker)s, now(),
  %(maker)s, 'benchmark' from vehicle
union all
select id, 'pole.location', 'LO' || n, house || ' ' || street || ', ' || town || ', ' || postcode,
  %(ours)s, 1, false, 'live', 1, now(), %(maker)s, now(), %(maker)s, 'benchmark' from place
union all
select id, 'investigation.crime', 'CR' || n, 'Burglary', organisation, 1, n % 997 = 0, 'recorded', 1,
  now(), %(maker)s, now(), %(maker)s, 'benchmark' from text_;
insert into pole_nominal (record_ptr_id, family_name, given_names, date_of_birth, sex, description,
  carried_organisation_id, carried_marking, carried_restricted, carried_state, carried_created_at,
  carried_version)
select id, family, given, born || '/' || born || ' day', sex, '', organisation, 1, n % 997 = 0,
  'live', now(), 1 from person;
insert into pole_nominalname (id, asserted_by_id, asserted_at, marking, end_reason, basis, nominal_id,
  kind, family_name, given_names)
select gen_random_uuid(), %(maker)s, now(), 1, '', '', id, 'current', family, given from person
union all
select gen_random_uuid(), %(maker)s, now(), 1, '', '', id, 'alias', alias_family, alias_given
from person where alias_family is not null;
insert into pole_nominaldateofbirth (id, asserted_by_id, asserted_at, marking, end_reason, basis,
  nominal_id, date_of_birth)
select gen_random_uuid(), %(maker)s, now(), 1, '', '', id, born || '/' || born || ' day' from person;
insert into pole_nominalidentifier (id, asserted_by_id, asserted_at, marking, end_reason, basis,
  nominal_id, kind, value)
select gen_random_uuid(), %(maker)s, now(), 1, '', '', id, 'PNC', pnc from person where pnc is not null;
insert into pole_nominalcontact (id, asserted_by_id, asserted_at, marking, end_reason, basis,
  nominal_id, kind, value, safe, note)
select gen_random_uuid(), %(maker)s, now(), 1, '', '', id, 'mobile', phone, '', '' from person;
insert into objects_vehicle (record_ptr_id, carried_organisation_id, carried_marking,
  carried_restricted, carried_state, carried_created_at, carried_version, notes, another_because,
  vehicle_kind, vrm, registered_in, vin, other_number, make, model, colour, body, fuel)
select id, %(ours)s, 1, false, 'live', now(), 1, '', '', 'car', vrm, 'GB', '', '', make, model, colour,
  '', '' from vehicle;
insert into pole_location (record_ptr_id, carried_organisation_id, carried_marking,
  carried_restricted, carried_state, carried_created_at, carried_version, precision, address, saon,
  paon, street, locality, town, administrative_area, postcode, uprn, usrn, category, name, outline,
  place_key, source_key)
select id, %(ours)s, 1, false, 'live', now(), 1, 'unknown', '', '', house, street, '', town, '',
  postcode, '', '', 'address', '', '', '', '' from place;
insert into investigation_crime (record_ptr_id, carried_organisation_id, carried_marking,
  carried_restricted, carried_state, carried_created_at, carried_version, category, last_outcome,
  summary, source, source_key, reported_by)
select id, organisation, 1, n % 997 = 0, 'recorded', now(), 1, 'Burglary', '', '', '', '', ''
from text_;
insert into pole_link (id, asserted_by_id, asserted_at, marking, end_reason, type_id, from_record_id,
  to_record_id, confirmed, note, source, assessment, handling)
select gen_random_uuid(), %(maker)s, now(), 1, '', 'home', p.id, l.id, false, '', '', '', ''
from person p join place l on l.n = p.n % (select count(*) from place)
union all
select gen_random_uuid(), %(maker)s, now(), 1, '', 'keeper', p.id, v.id, false, '', '', '', ''
from person p join vehicle v on v.n = p.n where p.n < (select count(*) from vehicle)
union all
select gen_random_uuid(), %(maker)s, now(), 1, '', 'associate', a.id, b.id, false, '', '', '', ''
from (select distinct p.n, (power(random(), 3) * (select count(*) - 1 from person))::int as other
      from person p, generate_series(1, 2)) pair
join person a on a.n = pair.n join person b on b.n = pair.other where a.n <> b.n;
insert into records_document (record_id, kind, caption, names, numbers, body, vector, organisation_id,
  marking, restricted)
select id, kind, caption, lower(caption), numbers, body,
  to_tsvector('simple', caption || ' ' || body || ' ' || array_to_string(numbers, ' ')),
  organisation, 1, hidden
from (
  select id, 'pole.nominal' as kind, upper(family) || ', ' || given as caption,
    array_remove(array['NM' || n, replace(phone, '+', ''), replace(pnc, '/', '')], null) as numbers,
    '' as body, organisation, n % 997 = 0 as hidden from person
  union all
  select id, 'objects.vehicle', vrm || ' ' || make || ' ' || model || ' ' || colour,
    array['VE' || n, vrm], '', %(ours)s, false from vehicle
  union all
  select id, 'pole.location', house || ' ' || street || ', ' || town || ', ' || postcode,
    array['LO' || n, replace(postcode, ' ', '')], '', %(ours)s, false from place
  union all
  select id, 'investigation.crime', 'Burglary', array['CR' || n], body, organisation, n % 997 = 0
  from text_) d;
