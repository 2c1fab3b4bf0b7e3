-- How the ledger is read, kept up and checked.

-- A page of lines, newest first, for whoever may view the audit. `ticket` is the reader's own
-- line about this very look: its detail must be these filters word for word, and it must be older
-- than this transaction, so that it is committed: nobody reads the ledger without a trace.
-- Filters (all optional): subject, user, request, appointment (ids), purpose, act, outcome,
-- name, from, until (ISO moments), before (a line id: the next page), limit (at most 500).
create function audit.read_lines(ticket uuid, filters text)
  returns table (
    id uuid, at timestamptz, act text, name text, outcome text, user_id uuid,
    appointment_id uuid, organisation_id uuid, role text, subjects uuid[], versions integer[],
    request_id uuid, source text, purpose_kind text, purpose_record uuid, purpose text,
    query text, detail text, lane smallint, number bigint, hash bytea)
  language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  wanted jsonb := filters::jsonb;
  condition text := '';
  key text;
begin
  if not coalesce(access.may('oversight.audit.view'), false) then
    raise exception 'only an auditor may read the ledger' using errcode = '42501';
  end if;
  if not exists (
    select from public.audit_line as line
    where line.id = ticket and line.name = 'audit.read' and line.detail = filters
      and line.user_id = (select who.user_id from access.identity() as who)
      and line.at < now() and line.at > now() - interval '1 minute'
  ) then
    raise exception 'this look at the ledger has no line of its own' using errcode = '42501';
  end if;
  -- Only the conditions that are asked for are part of the query, so each finds its own index.
  for key in select jsonb_object_keys(wanted) loop
    condition := condition || case key
      when 'subject' then ' and l.subjects @> array[($1->>''subject'')::uuid]'
      when 'user' then ' and l.user_id = ($1->>''user'')::uuid'
      when 'appointment' then ' and l.appointment_id = ($1->>''appointment'')::uuid'
      when 'request' then ' and l.request_id = ($1->>''request'')::uuid'
      when 'purpose' then ' and l.purpose_kind = ' || quote_literal(wanted->>'purpose')
      when 'purpose_record' then ' and l.purpose_record = ($1->>''purpose_record'')::uuid'
      when 'act' then ' and l.act = $1->>''act'''
      when 'outcome' then ' and l.outcome = $1->>''outcome'''
      when 'name' then ' and l.name = $1->>''name'''
      when 'from' then ' and l.id >= audit.first_id(($1->>''from'')::timestamptz)'
      when 'until' then ' and l.id < audit.first_id(($1->>''until'')::timestamptz)'
      when 'before' then ' and l.id < ($1->>''before'')::uuid'
      when 'limit' then '' else null end;
    if condition is null then
      raise exception 'the ledger has no filter %', key using errcode = '22023';
    end if;
  end loop;
  -- One force's auditor does not read another's lines. Lines of nobody (a failed sign-in) and of
  -- programs that speak for no post belong to all.
  condition := condition || ' and (l.organisation_id is null or l.organisation_id = any ($3))';
  return query execute
    'select l.id, l.at, l.act, l.name, l.outcome, l.user_id, l.appointment_id, l.organisation_id,
       l.role, l.subjects, l.versions, l.request_id, l.source, l.purpose_kind, l.purpose_record,
       p.text, q.text, l.detail, l.lane, l.number, l.hash
     from (select * from public.audit_line as l where true' || condition || '
           order by l.id desc limit $2) as l
     left join public.audit_text as p on p.line_id = l.id and p.kind = ''purpose''
     left join public.audit_text as q on q.line_id = l.id and q.kind = ''query''
     order by l.id desc'
    using wanted, least(coalesce((wanted->>'limit')::integer, 50), 500),
      access.current_organisations();
end
$$;

-- The lowest UUIDv7 of a moment.
create function audit.first_id(moment timestamptz) returns uuid
  language sql immutable
  return (lpad(to_hex((extract(epoch from moment) * 1000)::bigint), 12, '0')
          || repeat('0', 20))::uuid;

-- Makes the monthly partitions of this month and the next three; returns how many were made.
-- A busy table is left for the next call instead of holding writers up behind a lock.
create function audit.ensure_partitions() returns integer
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp set lock_timeout = '200ms' set timezone = 'UTC' as $$
declare
  month timestamptz;
  made integer := 0;
  part text;
begin
  for ahead in 0..3 loop
    month := date_trunc('month', clock_timestamp()) + make_interval(months => ahead);
    part := 'line_' || to_char(month, 'YYYY_MM');
    continue when to_regclass('audit.' || part) is not null;
    begin
      execute format('create table audit.%I (like public.audit_line)', part);
      execute format('alter table public.audit_line attach partition audit.%I
                      for values from (%L) to (%L)', part, audit.first_id(month),
                     audit.first_id(month + interval '1 month'));
      made := made + 1;
    exception when lock_not_available or check_violation then
      raise warning 'partition % was not made: %', part, sqlerrm;
    end;
  end loop;
  return made;
end
$$;
select audit.ensure_partitions();

-- Versions of records that no line accounts for. `events` is a table of versions with a record's
-- id and a version number; a line's `subjects` and `versions` run side by side.
create function audit.missing_versions(
  events regclass, record_column name, version_column name, most integer
) returns table (record uuid, version integer)
  language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return query execute format(
    'select distinct e.%1$I::uuid, e.%2$I::integer from %3$s as e
     where not exists (
       select from (select unnest(l.subjects) as record, unnest(l.versions) as version
                    from public.audit_line as l
                    where l.outcome = ''done'' and cardinality(l.versions) > 0) as accounted
       where accounted.record = e.%1$I and accounted.version = e.%2$I)
     limit $1', record_column, version_column, events) using most;
end
$$;

-- What the standing rules of the ledger say against its present content: texts that are not what
-- their lines committed to.
create function audit.wrong_texts() returns table (line_id uuid, kind text)
  language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select t.line_id, t.kind from public.audit_text as t
  left join public.audit_line as l on l.id = t.line_id
  where sha256(t.salt || convert_to(t.text, 'UTF8')) is distinct from
    case t.kind when 'purpose' then l.purpose_commitment else l.query_commitment end
$$;

-- Erases the typed words of these lines (the commitment stays, so every proof still holds) and
-- writes a line about it. Returns how many texts went.
create function audit.erase_texts(lines uuid[], reason text, p_request_id uuid) returns integer
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  gone integer;
begin
  if not coalesce(access.may('oversight.audit.erase'), false) then
    raise exception 'you may not erase texts of the ledger' using errcode = '42501';
  end if;
  delete from public.audit_text as t where t.line_id = any (lines);
  get diagnostics gone = row_count;
  perform audit.append('erasure', 'audit.erase_texts', 'done', lines, '{}', p_request_id, null,
                       'typed reason', reason, null, null, null);
  return gone;
end
$$;

revoke all on all functions in schema audit from public;
grant execute on function audit.read_lines(uuid, text) to peel_web;
grant execute on function audit.erase_texts(uuid[], text, uuid) to peel_web, peel_worker;
grant execute on function audit.ensure_partitions() to peel_sealer;
grant execute on function audit.missing_versions(regclass, name, name, integer) to peel_sealer;
grant execute on function audit.wrong_texts() to peel_sealer;
grant execute on function audit.canonical(public.audit_line) to peel_sealer;
