-- The search document of a record: written beside the record, read only through `find`.
create or replace function records.put_document(
  p_record uuid, p_caption text, p_names text, p_numbers text[], p_body text
) returns void language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  if not records.visible_now(p_record) then
    raise exception 'no such record' using errcode = 'P0002';
  end if;
  insert into public.records_document (record_id, kind, caption, names, numbers, body)
  values (p_record, '', p_caption, p_names, p_numbers, p_body)
  on conflict (record_id) do update set
    caption = excluded.caption, names = excluded.names,
    numbers = excluded.numbers, body = excluded.body;
end
$$;

-- Text operators are not leakproof, so under row-level security their indexes would be dropped:
-- this function applies visibility itself, before the limit, and returns ids only.
create or replace function records.find(
  p_numbers text[], p_words text, p_name text, p_kinds text[], p_limit integer
) returns table (record_id uuid, score real) language plpgsql stable security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  organisations uuid[] := access.current_organisations();
  clearance smallint := access.current_clearance();
  caller uuid := access.current_user_id();
begin
  return query
  with hit as (
    select d.record_id as id, 10::real as score from public.records_document d
      where d.numbers && p_numbers
    union all
    select d.record_id, 2 + ts_rank(d.vector, to_tsquery('simple', p_words))
      from public.records_document d
      where p_words <> '' and d.vector @@ to_tsquery('simple', p_words)
    union all
    select d.record_id, public.word_similarity(p_name, d.names)
      from public.records_document d
      where length(p_name) > 2 and p_name operator(public.<%) d.names
  ), best as (select hit.id, max(hit.score) as score from hit group by hit.id)
  select b.id, b.score::real from best b join public.records_document d on d.record_id = b.id
  where d.organisation_id = any (organisations) and d.marking <= clearance
    and (p_kinds is null or d.kind = any (p_kinds))
    and (not d.restricted or exists (
      select from public.records_admission a
      where a.record_id = b.id and a.user_id = caller and a.ended_at is null
        and (a.until is null or a.until > statement_timestamp())))
  order by b.score desc, b.id desc limit p_limit;
end
$$;

revoke all on function records.put_document(uuid, text, text, text[], text),
  records.find(text[], text, text, text[], integer) from public;
grant execute on function records.put_document(uuid, text, text, text[], text),
  records.find(text[], text, text, text[], integer) to peel_web, peel_worker;
