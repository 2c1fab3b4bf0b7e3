-- People from the temporary table `person` that COPY filled, with an address for each postcode.
insert into records_record (id, kind, reference, title, organisation_id, marking, restricted, state,
  version, created_at, created_by_id, changed_at, changed_by_id, changed_through)
select id, 'pole.nominal', 'NM' || n, upper(surname) || ', ' || forename, %(ours)s, 1, false, 'live', 1,
  now(), %(maker)s, now(), %(maker)s, 'benchmark' from person
union all
select id, 'pole.location', 'LO' || n, postcode, %(ours)s, 1, false, 'live', 1, now(), %(maker)s, now(),
  %(maker)s, 'benchmark' from place;
insert into pole_nominal (record_ptr_id, family_name, given_names, date_of_birth, sex, description,
  carried_organisation_id, carried_marking, carried_restricted, carried_state, carried_created_at,
  carried_version)
select id, surname, trim(forename || ' ' || coalesce(middle, '')), dob || '/' || dob || ' day', sex, '',
  %(ours)s, 1, false, 'live', now(), 1 from person;
insert into pole_nominalname (id, asserted_by_id, asserted_at, marking, end_reason, basis, nominal_id,
  kind, family_name, given_names)
select gen_random_uuid(), %(maker)s, now(), 1, '', '', id, 'current', surname,
  trim(forename || ' ' || coalesce(middle, '')) from person;
insert into pole_nominaldateofbirth (id, asserted_by_id, asserted_at, marking, end_reason, basis,
  nominal_id, date_of_birth)
select gen_random_uuid(), %(maker)s, now(), 1, '', '', id, dob || '/' || dob || ' day' from person
where dob is not null;
insert into pole_nominalidentifier (id, asserted_by_id, asserted_at, marking, end_reason, basis,
  nominal_id, kind, value)
select gen_random_uuid(), %(maker)s, now(), 1, '', '', id, 'PNC', pnc from person where pnc is not null;
insert into pole_nominalcontact (id, asserted_by_id, asserted_at, marking, end_reason, basis,
  nominal_id, kind, value, safe, note)
select gen_random_uuid(), %(maker)s, now(), 1, '', '', id, 'mobile', '+44' || substr(phone, 2), '', ''
from person where phone is not null;
insert into pole_location (record_ptr_id, carried_organisation_id, carried_marking,
  carried_restricted, carried_state, carried_created_at, carried_version, precision, address, saon,
  paon, street, locality, town, administrative_area, postcode, uprn, usrn, category, name, outline,
  place_key, source_key)
select id, %(ours)s, 1, false, 'live', now(), 1, 'unknown', '', '', '', '', '', '', '', left(postcode, 8), '', '',
  'address', '', '', '', '' from place;
insert into pole_link (id, asserted_by_id, asserted_at, marking, end_reason, type_id, from_record_id,
  to_record_id, confirmed, note, source, assessment, handling)
select gen_random_uuid(), %(maker)s, now(), 1, '', 'home', p.id, l.id, false, '', '', '', ''
from person p join place l using (postcode);
