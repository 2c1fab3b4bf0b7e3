-- What an auditor's page needs of the ledger beyond its lines: seals, counts, the state, proofs.
-- Nobody but an auditor gets anything from them, whoever calls.
create schema if not exists oversight;
revoke all on schema oversight from public;
grant usage on schema oversight to peel_web;

create function oversight.demand() returns void
  language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  if not coalesce(access.may('oversight.audit.view'), false) then
    raise exception 'only an auditor may read the ledger' using errcode = '42501';
  end if;
end
$$;

-- Where a line stands in the signed tree and which head was the first to cover it; nothing while
-- it waits for the sealer. `intact`: the line as it stands now still has the hash that was sealed.
create function oversight.seal_of(p_line uuid)
  returns table (index bigint, intact boolean, head bigint, tree_size bigint, at timestamptz,
                 head_hash bytea)
  language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  perform oversight.demand();
  return query
    select f.index, f.hash = sha256('\x00'::bytea || audit.canonical(l)), h.number, h.tree_size,
           h.at, h.hash
    from public.audit_line as l
    join public.audit_leaf as f on f.lane = l.lane and f.number = l.number
    cross join lateral (select * from public.audit_head as h
                        where h.tree_size > f.index order by h.tree_size limit 1) as h
    where l.id = p_line;
end
$$;

-- How many lines name a record, and how many people wrote them; counted no further than `p_most`.
create function oversight.looks_at(p_subject uuid, p_most integer)
  returns table (lines bigint, people bigint)
  language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  perform oversight.demand();
  return query
    select count(*), count(distinct l.user_id) from (
      select a.user_id from public.audit_line as a
      where a.subjects @> array[p_subject]
        and (a.organisation_id is null or a.organisation_id = any (access.current_organisations()))
      limit p_most) as l;
end
$$;

-- The newest signed head, and the database's clock beside it; all null before the first seal.
create function oversight.newest_head()
  returns table (number bigint, tree_size bigint, at timestamptz, body text, hash bytea,
                 signature bytea, now timestamptz)
  language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  perform oversight.demand();
  return query
    select h.number, h.tree_size, h.at, h.body, h.hash, h.signature, clock_timestamp()
    from (select 1) as one left join lateral
      (select * from public.audit_head as h order by h.number desc limit 1) as h on true;
end
$$;

-- The hash of one head, to compare with a copy outside.
create function oversight.head_hash(p_number bigint) returns bytea
  language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  perform oversight.demand();
  return (select h.hash from public.audit_head as h where h.number = p_number);
end
$$;

-- How many lines each lane has, and how many of them are sealed.
create function oversight.lanes() returns table (lane smallint, written bigint, sealed bigint)
  language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  perform oversight.demand();
  return query
    select l.lane, greatest(l.number, coalesce(
             (select max(t.number) from public.audit_tip as t where t.lane = l.lane), 0)), l.number
    from public.audit_lane as l order by l.lane;
end
$$;

-- The line to be proved. As with audit.read_lines, `ticket` is the reader's own committed line
-- about taking this very proof.
create function oversight.proved_line(p_ticket uuid, p_line uuid)
  returns table (index bigint, lane smallint, number bigint, hash bytea, canonical bytea)
  language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  perform oversight.demand();
  if not exists (
    select from public.audit_line as t
    where t.id = p_ticket and t.name = 'oversight.proof'
      and t.detail::jsonb ->> 'line' = p_line::text
      and t.user_id = (access.identity()).user_id
      and t.at < now() and t.at > now() - interval '1 minute'
  ) then
    raise exception 'this proof has no line of its own' using errcode = '42501';
  end if;
  return query
    select f.index, f.lane, f.number, f.hash, audit.canonical(l)
    from public.audit_line as l
    join public.audit_leaf as f on f.lane = l.lane and f.number = l.number
    where l.id = p_line;
end
$$;

-- Hashes of the tree: some leaves in order (at most 256), and one stored full subtree.
create function oversight.leaves(p_first bigint, p_count integer) returns bytea[]
  language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  perform oversight.demand();
  return array(select f.hash from public.audit_leaf as f
               where f.index >= p_first and f.index < p_first + least(p_count, 256)
               order by f.index);
end
$$;

create function oversight.node(p_level integer, p_index bigint) returns bytea
  language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  perform oversight.demand();
  return (select n.hash from public.audit_node as n
          where n.level = p_level and n.index = p_index);
end
$$;

revoke all on all functions in schema oversight from public;
grant execute on function
  oversight.seal_of(uuid), oversight.looks_at(uuid, integer), oversight.newest_head(),
  oversight.head_hash(bigint), oversight.lanes(), oversight.proved_line(uuid, uuid),
  oversight.leaves(bigint, integer), oversight.node(integer, bigint)
  to peel_web;
