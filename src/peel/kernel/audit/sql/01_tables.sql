-- The ledger's tables. Lines are only ever added; each is written by audit.append and read
-- through audit.read_lines. Partitions stand in schema audit, made ahead by audit.ensure_partitions.
create schema if not exists audit;
revoke all on schema audit from public;
grant usage on schema audit
  to peel_web, peel_door, peel_relay, peel_worker, peel_loader, peel_sealer;

-- What a line may hold is checked in audit.append, its only writer: checks on the table are
-- parsed anew for every insert, which took as long as all the rest of it.
create table public.audit_line (
  id uuid primary key,
  lane smallint not null,
  number bigint not null,
  at timestamptz not null,
  act text not null,
  name text not null,
  outcome text not null,
  user_id uuid,
  appointment_id uuid,
  organisation_id uuid,
  role text not null,
  subjects uuid[] not null,
  versions integer[] not null,
  request_id uuid,
  source text,
  purpose_kind text,
  purpose_record uuid,
  purpose_commitment bytea,
  query_commitment bytea,
  detail text,
  previous bytea not null,
  hash bytea not null
) partition by range (id);
comment on table public.audit_line is
  'One act: who, when (real clock, UTC), from where, which records, and the purpose.';
comment on column public.audit_line.previous is
  'The hash of the line before it in the same lane; 32 zero bytes for the first line.';
comment on column public.audit_line.hash is
  'SHA-256 of 0x00 and the canonical bytes: the link of the lane and the leaf of the Merkle tree.';
create index audit_line_subjects on public.audit_line using gin (subjects);
create index audit_line_user on public.audit_line (user_id, id);
-- Most lines are of one's own caseload: to find those needs no index.
create index audit_line_purpose on public.audit_line (purpose_kind, id)
  where purpose_kind <> 'own caseload';
create index audit_line_request on public.audit_line (request_id);
create table audit.line_rest partition of public.audit_line default;

-- Words that somebody typed, apart from the line so that they can be erased: the line holds only
-- sha256(salt || text).
create table public.audit_text (
  line_id uuid not null,
  kind text not null check (kind in ('purpose', 'query')),
  salt bytea not null,
  text text not null check (length(text) <= 20000),
  primary key (line_id, kind)
);

-- The unsealed end of every lane. Only added to by writers (an updated row would grow a chain of
-- dead versions under a long transaction); the sealer removes what it has sealed, save the last.
create table public.audit_tip (
  lane smallint not null,
  number bigint not null,
  line_id uuid,
  hash bytea not null,
  primary key (lane, number)
) with (autovacuum_vacuum_threshold = 20000, autovacuum_vacuum_scale_factor = 0);
insert into public.audit_tip
  select lane, 0, null, decode(repeat('00', 32), 'hex') from generate_series(0, 63) as lane;

-- How far each lane is sealed.
create table public.audit_lane (
  lane smallint primary key,
  number bigint not null,
  hash bytea not null
) with (fillfactor = 50);
insert into public.audit_lane select lane, number, hash from public.audit_tip;

-- The Merkle tree: every leaf, and every full subtree of 256 leaves and more.
create table public.audit_leaf (
  index bigint primary key,
  lane smallint not null,
  number bigint not null,
  line_id uuid not null,
  hash bytea not null,
  unique (lane, number)
);
create table public.audit_node (
  level smallint not null,
  index bigint not null,
  hash bytea not null,
  primary key (level, index)
);

-- Signed tree heads; `body` is the exact JSON that is signed and hashed.
create table public.audit_head (
  number bigint primary key,
  tree_size bigint not null unique,
  at timestamptz not null,
  body text not null,
  hash bytea not null,
  signature bytea not null
);
