-- How a line is written. A line's canonical bytes: a fixed header, then five arrays in PostgreSQL's
-- binary form, in which each value has its length before it (-1 for null), so no two lines share
-- their bytes. Text is sent in the encoding of the client, so all callers must use UTF-8.
create function audit.canonical(line public.audit_line) returns bytea
  language sql stable parallel safe
  return '\x01'::bytea || int2send((line).lane) || int8send((line).number) || (line).previous
    || uuid_send((line).id) || int8send((extract(epoch from (line).at) * 1000000)::bigint)
    || array_send(array[(line).act, (line).name, (line).outcome, (line).role, (line).source,
                        (line).purpose_kind, (line).detail])
    || array_send(array[(line).user_id, (line).appointment_id, (line).organisation_id,
                        (line).request_id, (line).purpose_record])
    || array_send(array[(line).purpose_commitment, (line).query_commitment])
    || array_send((line).subjects) || array_send((line).versions);

-- Lanes are claimed by try-lock from a random one on, so no writer waits for another; the lock
-- lasts until the line is committed and visible, so a lane never has a hole or two heads. The
-- second line of one transaction stays in the lane of its first.
create function audit.claim_lane() returns integer
  language plpgsql volatile as $$
declare
  lane integer;
  first_lane integer := floor(random() * 64);
  give_up timestamptz := clock_timestamp() + interval '10 seconds';
begin
  loop
    for step in 0..63 loop
      lane := (first_lane + step) % 64;
      if pg_try_advisory_xact_lock(7017, lane) then
        perform set_config('audit.lane', lane::text, true);
        return lane;
      end if;
    end loop;
    if clock_timestamp() > give_up then
      raise exception 'no lane of the ledger was free for ten seconds'
        using errcode = 'lock_not_available';
    end if;
    perform pg_sleep(0.001);
  end loop;
end
$$;

-- A UUIDv7 of that moment.
create function audit.new_id(moment timestamptz) returns uuid
  language sql volatile
  return encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid()) placing
    substring(int8send((extract(epoch from moment) * 1000)::bigint) from 3) from 1 for 6),
    52, 1), 53, 1), 'hex')::uuid;

create function audit.keep_text(line_id uuid, kind text, words text, salt bytea) returns void
  language sql volatile
  begin atomic
    insert into public.audit_text (line_id, kind, salt, text) values ($1, $2, $4, $3);
  end;

-- Writes one line for `who`; only the two doors below call it.
create function audit.write_line(
  who access.speaker,
  p_act text, p_name text, p_outcome text, p_subjects uuid[], p_versions integer[],
  p_request_id uuid, p_source text, p_purpose_kind text, p_purpose_text text,
  p_purpose_record uuid, p_query text, p_detail text
) returns uuid
  language plpgsql volatile set enable_seqscan = off as $$
declare
  line public.audit_line;
  purpose_salt bytea;
  query_salt bytea;
begin
  if p_act not in ('collection', 'alteration', 'consultation', 'disclosure', 'combination',
                   'erasure', 'access')
    or p_outcome not in ('done', 'refused', 'failed')
    or num_nulls(p_act, p_name, p_outcome, p_subjects, p_versions) > 0
    or length(p_name) not between 1 and 200 or length(p_source) > 200
    or length(p_purpose_kind) > 100 or length(p_purpose_text) > 20000 or length(p_query) > 20000
    or length(p_detail) > 100000
    or cardinality(p_versions) not in (0, cardinality(p_subjects))
    or pg_client_encoding() <> 'UTF8'
  then
    raise exception 'no line of the ledger looks like this' using errcode = 'check_violation';
  end if;
  if p_purpose_text is not null then
    purpose_salt := uuid_send(gen_random_uuid());
  end if;
  if p_query is not null then
    query_salt := uuid_send(gen_random_uuid());
  end if;
  -- The usual case without a call: a random lane, or the one that this transaction holds.
  line.lane := coalesce(nullif(current_setting('audit.lane', true), ''),
                        floor(random() * 64)::text);
  if line.lane between 0 and 63 and pg_try_advisory_xact_lock(7017, line.lane) then
    perform set_config('audit.lane', line.lane::text, true);
  else
    line.lane := audit.claim_lane();
  end if;
  -- The clock is read when the lane is ours, so times rise within a lane.
  select audit.new_id(now.at), tip.lane, tip.number + 1, now.at, p_act, p_name, p_outcome,
      who.user_id, who.appointment_id, who.organisation_id, session_user, p_subjects, p_versions,
      p_request_id, p_source, p_purpose_kind, p_purpose_record,
      sha256(purpose_salt || convert_to(p_purpose_text, 'UTF8')),
      sha256(query_salt || convert_to(p_query, 'UTF8')), p_detail, tip.hash, null
    into strict line
    from public.audit_tip as tip, (select clock_timestamp() as at offset 0) as now
    where tip.lane = line.lane order by tip.number desc limit 1;
  line.hash := sha256('\x00'::bytea || audit.canonical(line));
  insert into public.audit_line values (line.*);
  insert into public.audit_tip (lane, number, line_id, hash)
    values (line.lane, line.number, line.id, line.hash);
  if purpose_salt is not null then
    perform audit.keep_text(line.id, 'purpose', p_purpose_text, purpose_salt);
  end if;
  if query_salt is not null then
    perform audit.keep_text(line.id, 'query', p_query, query_salt);
  end if;
  return line.id;
end
$$;

-- Writes one line in the caller's transaction and returns its id. Who acts is not an argument:
-- it is whom the transaction speaks for. The time and the id come from the server's clock.
create function audit.append(
  p_act text, p_name text, p_outcome text, p_subjects uuid[], p_versions integer[],
  p_request_id uuid, p_source text, p_purpose_kind text, p_purpose_text text,
  p_purpose_record uuid, p_query text, p_detail text
) returns uuid
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  return audit.write_line(access.identity(), p_act, p_name, p_outcome, p_subjects, p_versions,
    p_request_id, p_source, p_purpose_kind, p_purpose_text, p_purpose_record, p_query, p_detail);
end
$$;

-- The same for an act that stands on its own (a look, a refusal, a failure): one statement on a
-- connection that has no transaction open. A null token is somebody who has not signed in. The
-- token is looked up as access.speak_for does; nothing has to be remembered for the transaction.
create function audit.append_as(
  p_token text, p_act text, p_name text, p_outcome text, p_subjects uuid[], p_versions integer[],
  p_request_id uuid, p_source text, p_purpose_kind text, p_purpose_text text,
  p_purpose_record uuid, p_query text, p_detail text
) returns uuid
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  who access.speaker;
begin
  if p_token is not null then
    who := access.standing((access.session_of(p_token)).appointment_id);
    if (who).user_id is null then
      raise exception 'nobody is signed in with this token' using errcode = '28000';
    end if;
  end if;
  return audit.write_line(who, p_act, p_name, p_outcome, p_subjects, p_versions, p_request_id,
    p_source, p_purpose_kind, p_purpose_text, p_purpose_record, p_query, p_detail);
end
$$;

revoke all on all functions in schema audit from public;
grant execute on function
  audit.append(text, text, text, uuid[], integer[], uuid, text, text, text, uuid, text, text)
  to peel_web, peel_door, peel_relay, peel_worker, peel_loader, peel_sealer;
grant execute on function
  audit.append_as(text, text, text, text, uuid[], integer[], uuid, text, text, text, uuid, text,
                  text)
  to peel_web, peel_worker, peel_loader;
