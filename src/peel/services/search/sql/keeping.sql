set local check_function_bodies = off;

-- What search knows of persons and numbers: kept by statement-level triggers in the transaction that
-- changes the source, so that commands, bulk loads, restriction and erasure are all covered at once.
create schema if not exists search;
grant usage on schema search to peel_web, peel_worker, peel_loader, peel_live;

-- A name or a question in words: no accents, no apostrophes, capitals. `search/words.py` does the same.
-- Names in these bodies are resolved when they are made, so they need no search path of their own: one
-- that sets it is called for each row instead of becoming part of the statement.
create or replace function search.words(p_text text) returns text[]
language sql stable parallel safe
return (string_to_array(btrim(regexp_replace(
  translate(upper(public.unaccent(p_text)), '''’‘`´ʼ.', ''), '[^[:alnum:]]+', ' ', 'g')), ' '))[1:7];

create or replace function search.bare(p_text text) returns text
language sql immutable parallel safe
return left(regexp_replace(upper(p_text), '[^0-9A-Z]', '', 'g'), 64);

-- Every word of a name, and every two of them. A name of one word twice has no pair.
create or replace function search.keys(p_words text[]) returns setof bigint
language sql immutable parallel safe
begin atomic
  with w as (select distinct hashtextextended(t collate "C", 0) as h from unnest(p_words) t where t <> '')
  select h from w union select a.h # b.h from w a join w b on a.h < b.h;
end;

-- The year of a date of birth as it is kept, 0 when it may have been in several or is not known.
create or replace function search.year(p_born text) returns smallint
language sql immutable parallel safe
return case when left(p_born, 4) = substr(p_born, 12, 4) then left(p_born, 4)::smallint else 0::smallint end;

create or replace function search.add_names(p_names uuid[]) returns void
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  with source as (
    select f.id, f.nominal_id, f.kind, f.marking, f.asserted_in_id,
      search.words(f.family_name) as family, search.words(f.given_names) as given
    from public.pole_nominalname f where f.id = any (p_names) and f.ended_at is null
  ), made as (
    insert into public.search_name (record_id, source, family, given, kind, born, sex,
      organisation_id, marking, restricted, said_marking, said_in)
    select s.nominal_id, s.id, array_to_string(s.family, ' '), array_to_string(s.given, ' '), s.kind,
      n.date_of_birth, n.sex, r.organisation_id, r.marking, r.restricted, s.marking, s.asserted_in_id
    from source s join public.records_record r on r.id = s.nominal_id
    join public.pole_nominal n on n.record_ptr_id = s.nominal_id
    returning id, search.year(born) as year, string_to_array(family || ' ' || given, ' ') as words
  ), held as materialized (
    select distinct m.id, m.year, t as word, hashtextextended(t collate "C", 0) as key
    from made m cross join unnest(m.words) t where t <> ''
  ), keyed as (
    -- As search.keys has it, for many names at once.
    insert into public.search_key (key, year, name)
    select h.key, h.year, h.id from held h
    union all
    select a.key # b.key, a.year, a.id from held a join held b on b.id = a.id and a.key < b.key
  )
  insert into public.search_word (key, word, sound, other_sound, born_in)
  select f.key, f.word, public.dmetaphone(left(f.word, 40)), public.dmetaphone_alt(left(f.word, 40)),
    pg_current_xact_id()::text::bigint
  from (select distinct h.key, h.word from held h) f
  where not exists (select from public.search_word w where w.key = f.key);
end
$$;

create or replace function search.keep_names() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  if tg_op <> 'INSERT' then
    with gone as (
      delete from public.search_name n using stale s
      where n.record_id = s.nominal_id and n.source = s.id returning n.id, n.family, n.given, n.born)
    delete from public.search_key k using gone g, search.keys(string_to_array(g.family || ' ' || g.given, ' ')) h
    where k.key = h and k.year = search.year(g.born) and k.name = g.id;
  end if;
  if tg_op <> 'DELETE' then
    perform search.add_names(array(select f.id from fresh f where f.ended_at is null));
  end if;
  return null;
end
$$;

-- What of a person is not a name: dates of birth, identifiers, phones and addresses of mail.
create or replace function search.add_facts(p_table text, p_facts uuid[]) returns void
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  insert into public.search_number (record_id, source, sort, value, backwards, record_kind,
    organisation_id, marking, restricted, said_marking, said_in)
  select f.nominal_id, f.id, f.sort, f.value,
    case when f.sort <> 'born' then reverse(f.value) end, r.kind, r.organisation_id, r.marking,
    r.restricted, f.marking, f.asserted_in_id
  from (
    select b.id, b.nominal_id, 'born' as sort, b.marking, b.asserted_in_id,
      case when b.date_of_birth like '% day' then left(b.date_of_birth, 10) else b.date_of_birth end as value
    from public.pole_nominaldateofbirth b
    where p_table = 'pole_nominaldateofbirth' and b.id = any (p_facts) and b.ended_at is null
    union all
    select i.id, i.nominal_id, i.kind, i.marking, i.asserted_in_id, search.bare(i.value)
    from public.pole_nominalidentifier i
    where p_table = 'pole_nominalidentifier' and i.id = any (p_facts) and i.ended_at is null
    union all
    select c.id, c.nominal_id, c.kind, c.marking, c.asserted_in_id, search.bare(c.value)
    from public.pole_nominalcontact c
    where p_table = 'pole_nominalcontact' and c.id = any (p_facts) and c.ended_at is null) f
  join public.records_record r on r.id = f.nominal_id
  where f.value <> '' on conflict do nothing;
end
$$;

create or replace function search.keep_facts() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  if tg_op <> 'INSERT' then
    delete from public.search_number n using stale s where n.record_id = s.nominal_id and n.source = s.id;
  end if;
  if tg_op <> 'DELETE' then
    perform search.add_facts(tg_table_name, array(select f.id from fresh f where f.ended_at is null));
  end if;
  return null;
end
$$;

-- The numbers of every record's document: references, registration marks, numbers of things. Those of
-- a nominal are facts, which have a visibility of their own; her reference is found as it is written.
create or replace function search.add_documents(p_records uuid[]) returns void
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp
set enable_nestloop = on as $$
begin
  insert into public.search_number (record_id, source, sort, value, backwards, record_kind,
    organisation_id, marking, restricted, said_marking)
  select r.id, r.id, '', n.value, reverse(n.value), r.kind, r.organisation_id, r.marking, r.restricted, 0
  from public.records_document d join public.records_record r on r.id = d.record_id
  cross join lateral unnest(d.numbers) as n(value)
  where d.record_id = any (p_records) and n.value <> ''
    and r.kind <> 'pole.nominal'
  on conflict do nothing;
end
$$;

-- A plan made for one document must serve for thousands: the rows of a statement are matched by hash
-- (and by hash alone: what is called from here sets for itself how it joins).
create or replace function search.keep_documents() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp
set enable_nestloop = off as $$
declare
  changed uuid[];
begin
  if tg_op = 'UPDATE' then
    -- Most changes of a record leave its numbers as they are.
    changed := array(select f.record_id from fresh f join stale s using (record_id)
      where f.numbers is distinct from s.numbers);
  elsif tg_op = 'INSERT' then
    changed := array(select f.record_id from fresh f);
  else
    changed := array(select s.record_id from stale s);
  end if;
  if tg_op <> 'INSERT' and cardinality(changed) > 0 then
    delete from public.search_number n where n.record_id = any (changed) and n.source = n.record_id;
  end if;
  if tg_op <> 'DELETE' and cardinality(changed) > 0 then
    perform search.add_documents(changed);
  end if;
  return null;
end
$$;

-- A person's golden date of birth and sex.
create or replace function search.keep_persons() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  update public.search_key k set year = search.year(f.date_of_birth)
  from fresh f join stale s using (record_ptr_id)
  join public.search_name n on n.record_id = f.record_ptr_id,
  search.keys(string_to_array(n.family || ' ' || n.given, ' ')) h
  where search.year(f.date_of_birth) is distinct from search.year(n.born)
    and k.key = h and k.year = search.year(n.born) and k.name = n.id;
  update public.search_name n set born = f.date_of_birth, sex = f.sex
  from fresh f join stale s using (record_ptr_id)
  where n.record_id = f.record_ptr_id
    and (f.date_of_birth, f.sex) is distinct from (s.date_of_birth, s.sex);
  return null;
end
$$;

-- Where a person lives or lived: the postcode of the place at the other end of a link.
create or replace function search.add_homes(p_links uuid[]) returns void
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  insert into public.search_number (record_id, source, sort, value, record_kind,
    organisation_id, marking, restricted, said_marking, said_in, via)
  select r.id, l.id, 'postcode', search.bare(p.postcode), r.kind, r.organisation_id, r.marking,
    r.restricted, l.marking, l.asserted_in_id, p.record_ptr_id
  from public.pole_link l
  join public.pole_location p on p.record_ptr_id = l.to_record_id and p.postcode <> ''
  join public.records_record r on r.id = l.from_record_id
  where l.id = any (p_links) and l.ended_at is null
    and l.type_id in ('home', 'previous_home', 'bail_address', 'frequents', 'curfew_at')
  on conflict do nothing;
end
$$;

create or replace function search.keep_homes() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  if tg_op <> 'INSERT' then
    delete from public.search_number n using stale s where n.record_id = s.from_record_id and n.source = s.id;
  end if;
  if tg_op <> 'DELETE' then
    perform search.add_homes(array(select f.id from fresh f where f.ended_at is null
      and f.type_id in ('home', 'previous_home', 'bail_address', 'frequents', 'curfew_at')));
  end if;
  return null;
end
$$;

create or replace function search.keep_postcodes() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  moved uuid[] := array(select f.record_ptr_id from fresh f join stale s using (record_ptr_id)
    where f.postcode is distinct from s.postcode);
  links uuid[];
begin
  if cardinality(moved) = 0 then
    return null;
  end if;
  links := array(select l.id from public.pole_link l where l.to_record_id = any (moved) and l.ended_at is null);
  delete from public.search_number n using public.pole_link l
  where l.id = any (links) and n.record_id = l.from_record_id and n.source = l.id;
  perform search.add_homes(links);
  return null;
end
$$;

-- Who may see a record, carried to what search knows of it; a record that is deleted is forgotten.
create or replace function search.keep_visibility() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  moved uuid[];
begin
  if tg_op = 'DELETE' then
    delete from public.search_key k using public.search_name n, stale s
    where n.record_id = s.id and k.name = n.id and k.year = search.year(n.born)
      and k.key in (select search.keys(string_to_array(n.family || ' ' || n.given, ' ')));
    delete from public.search_name n using stale s where n.record_id = s.id;
    delete from public.search_number n using stale s where n.record_id = s.id;
    return null;
  end if;
  moved := array(select f.id from fresh f join stale s using (id)
    where (f.organisation_id, f.marking, f.restricted)
      is distinct from (s.organisation_id, s.marking, s.restricted));
  if cardinality(moved) > 0 then
    update public.search_name n
    set organisation_id = r.organisation_id, marking = r.marking, restricted = r.restricted
    from public.records_record r where r.id = any (moved) and n.record_id = r.id;
    update public.search_number n
    set organisation_id = r.organisation_id, marking = r.marking, restricted = r.restricted
    from public.records_record r where r.id = any (moved) and n.record_id = r.id;
  end if;
  return null;
end
$$;

-- Everything anew from the records themselves: after the tables are made, and whenever in doubt.
create or replace function search.refill() returns void
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  chunk uuid[];
  fact text;
begin
  truncate public.search_word, public.search_name, public.search_key, public.search_number;
  for chunk in select array_agg(t.id) from (
    select id, row_number() over () / 20000 as part from public.pole_nominalname) t group by t.part
  loop perform search.add_names(chunk); end loop;
  foreach fact in array array['pole_nominaldateofbirth', 'pole_nominalidentifier', 'pole_nominalcontact'] loop
    for chunk in execute format('select array_agg(t.id) from (
      select id, row_number() over () / 20000 as part from public.%I) t group by t.part', fact)
    loop perform search.add_facts(fact, chunk); end loop;
  end loop;
  for chunk in select array_agg(t.record_id) from (
    select record_id, row_number() over () / 20000 as part from public.records_document) t group by t.part
  loop perform search.add_documents(chunk); end loop;
  for chunk in select array_agg(t.id) from (
    select id, row_number() over () / 20000 as part from public.pole_link
    where type_id in ('home', 'previous_home', 'bail_address', 'frequents', 'curfew_at')) t group by t.part
  loop perform search.add_homes(chunk); end loop;
end
$$;

-- Words that no name has any more, and second copies of one: forgotten.
create or replace function search.sweep_words() returns bigint
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  swept bigint;
begin
  delete from public.search_word w
  where not exists (select from public.search_key k where k.key = w.key)
    or exists (select from public.search_word o where o.key = w.key and o.id < w.id);
  get diagnostics swept = row_count;
  return swept;
end
$$;

do $do$
declare
  hang record;
begin
  for hang in
    select * from (values
      ('pole_nominalname', 'keep_names', 'insert update delete'),
      ('pole_nominaldateofbirth', 'keep_facts', 'insert update delete'),
      ('pole_nominalidentifier', 'keep_facts', 'insert update delete'),
      ('pole_nominalcontact', 'keep_facts', 'insert update delete'),
      ('records_document', 'keep_documents', 'insert update delete'),
      ('pole_nominal', 'keep_persons', 'update'),
      ('pole_link', 'keep_homes', 'insert update delete'),
      ('pole_location', 'keep_postcodes', 'update'),
      ('records_record', 'keep_visibility', 'update delete')) v(target, does, on_)
    cross join lateral unnest(string_to_array(on_, ' ')) op
  loop
    execute format('create or replace trigger search_%s_%s after %s on public.%I referencing %s'
      ' for each statement execute function search.%I()', hang.does, hang.op, hang.op, hang.target,
      case hang.op when 'insert' then 'new table as fresh' when 'delete' then 'old table as stale'
        else 'old table as stale new table as fresh' end, hang.does);
  end loop;
end
$do$;

revoke all on all functions in schema search from public;
grant execute on function search.sweep_words() to peel_worker;
