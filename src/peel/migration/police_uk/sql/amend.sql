-- Later versions of loaded crimes. The loader's role may read records but not change them, so this
-- function changes what a load may change: only crimes that nothing but the loader has touched.
create schema if not exists police_uk;
grant usage on schema police_uk to peel_loader;

create or replace function police_uk.amend(p_rows jsonb, p_at timestamptz, p_through text)
returns table (record_id uuid, version integer) language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  speaker uuid := access.current_appointment_id();
  shown uuid[] := access.current_organisations();
  one record;
begin
  if speaker is null then
    raise exception 'nobody speaks' using errcode = '28000';
  end if;
  for one in
    select n.*, r.marking from jsonb_to_recordset(p_rows) as n (
      record uuid, title text, category text, location uuid, committed text, last_outcome text,
      reported_by text, summary text, numbers text[], link uuid)
    join public.records_record r on r.id = n.record
    where r.kind = 'investigation.crime' and r.changed_through = p_through
      and r.organisation_id = any (shown)
    order by n.record for update of r
  loop
    update public.records_record r
      set title = one.title, version = r.version + 1, changed_at = p_at, changed_by_id = speaker
      where r.id = one.record returning r.id, r.version into record_id, version;
    update public.investigation_crime
      set category = one.category, location_id = one.location, committed_from = one.committed,
          committed_to = one.committed, last_outcome = one.last_outcome,
          reported_by = one.reported_by, summary = one.summary
      where record_ptr_id = one.record;
    -- The link to where the last version put the crime ends, and the new place gets its own.
    update public.pole_link l
      set ended_at = p_at, ended_by_id = speaker, end_reason = 'A later version: another place'
      where l.from_record_id = one.record and l.type_id = 'occurred_at' and l.ended_at is null
        and l.asserted_in_id = one.record and l.to_record_id is distinct from one.location;
    if one.location is not null then
      insert into public.pole_link (id, type_id, from_record_id, to_record_id, asserted_by_id,
          asserted_at, asserted_in_id, marking, confirmed, end_reason, note, source, assessment,
          handling)
        values (one.link, 'occurred_at', one.record, one.location, speaker, p_at, one.record,
          one.marking, true, '', '', '', '', '')
        on conflict do nothing;
    end if;
    update public.records_document d
      set caption = one.title, numbers = one.numbers, body = one.summary
      where d.record_id = one.record;
    return next;
  end loop;
end
$$;
revoke all on function police_uk.amend(jsonb, timestamptz, text) from public;
grant execute on function police_uk.amend(jsonb, timestamptz, text) to peel_loader;
