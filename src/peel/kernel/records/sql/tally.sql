-- Facet counts: how many records of a kind have each combination of facet values, by organisation
-- and marking. Writers only append differences, so no two of them wait for one row; `fold` sums.
-- Restricted records are never counted here: those that the caller is admitted to are counted live.
create or replace function records.tally() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  facets text;
  source text;
begin
  select string_agg(format('coalesce(%I::text, '''')', f), ', ' order by n) into facets
    from public.records_kindtable k, unnest(k.facets) with ordinality as u(f, n)
    where k.kind = tg_argv[0];
  source := case tg_op
    when 'INSERT' then 'select 1 as n, fresh.* from fresh'
    when 'DELETE' then 'select -1 as n, stale.* from stale'
    else 'select 1 as n, fresh.* from fresh union all select -1, stale.* from stale' end;
  execute format(
    'insert into public.records_tally (kind, organisation_id, marking, cell, n)
     select %L, carried_organisation_id, carried_marking, array[%s]::text[], sum(n) from (%s) changed
     where not carried_restricted group by 2, 3, 4 having sum(n) <> 0',
    tg_argv[0], coalesce(facets, ''), source);
  return null;
end
$$;

create or replace function records.fold_tallies() returns bigint language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  folded bigint;
begin
  if not pg_try_advisory_xact_lock(hashtext('records.fold_tallies')) then
    return 0;
  end if;
  with taken as (delete from public.records_tally returning *),
  put as (
    insert into public.records_tally (kind, organisation_id, marking, cell, n)
    select kind, organisation_id, marking, cell, sum(n) from taken
    group by kind, organisation_id, marking, cell having sum(n) <> 0 returning 1)
  select count(*) into folded from put;
  return folded;
end
$$;

-- Counts a facet's values under the choices made in the others, and (as facet 0) the rows that fit
-- all. `p_chosen` has an array of values for each facet, null where nothing is chosen.
create or replace function records.facet_counts(p_kind text, p_chosen jsonb)
returns table (facet integer, value text, n bigint) language plpgsql stable security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  conditions text[] := array[]::text[];
  parts text[] := array[]::text[];
  facets integer := jsonb_array_length(p_chosen);
begin
  for i in 1 .. facets loop
    conditions[i] := case when jsonb_typeof(p_chosen -> (i - 1)) <> 'array' then 'true'
      else format('cell[%s] = any (%L::text[])', i,
        array(select jsonb_array_elements_text(p_chosen -> (i - 1)))) end;
  end loop;
  for i in 1 .. facets loop
    parts := parts || format('select %1$s, cell[%1$s], sum(n)::bigint from mine where %2$s group by 2',
      i, (select coalesce(string_agg(conditions[k], ' and '), 'true')
          from generate_series(1, facets) k where k <> i));
  end loop;
  parts := parts || format('select 0, %L, coalesce(sum(n), 0)::bigint from mine where %s',
    '', coalesce(array_to_string(conditions, ' and '), 'true'));
  return query execute
    'with mine as materialized (
       select t.cell, sum(t.n) as n from public.records_tally t
       where t.kind = $1 and t.organisation_id = any ($2) and t.marking <= $3
       group by t.cell having sum(t.n) <> 0) '
    || array_to_string(parts, ' union all ')
    using p_kind, access.current_organisations(), access.current_clearance();
end
$$;

revoke all on function records.fold_tallies(), records.facet_counts(text, jsonb),
  records.tally() from public;
grant execute on function records.facet_counts(text, jsonb) to peel_web, peel_worker;
grant execute on function records.fold_tallies() to peel_worker, peel_loader;
