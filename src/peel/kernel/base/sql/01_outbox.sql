-- The outbox: what happened, written in the transaction in which it happened, and who was told.
create extension if not exists pgcrypto;
create extension if not exists pg_trgm;
create extension if not exists btree_gist;
create extension if not exists unaccent;
create extension if not exists fuzzystrmatch;

create schema if not exists base;
revoke all on schema base from public;
grant usage on schema base to peel_relay, peel_worker;

create table public.base_event (
  id uuid primary key,
  name text not null check (length(name) between 1 and 200),
  payload jsonb not null,
  record_id uuid,
  at timestamptz not null,
  published bigint
) partition by range (id);
comment on table public.base_event is 'The outbox, by month of the id: see base.ensure_partitions.';
comment on column public.base_event.published is
  'The place in the order of publication, given by the relay after commit; null: not yet.';
create index base_event_waiting on public.base_event (id) where published is null;
create index base_event_published on public.base_event (published);

create table public.base_delivery (
  event_id uuid not null,
  handler text not null,
  at timestamptz not null default clock_timestamp(),
  primary key (event_id, handler)
) partition by range (event_id);
comment on table public.base_delivery is
  'One line for each handler that has done its work for an event, written with that work.';

-- One row. Who holds it is the active relay; it outlives the events, so numbers never start again.
create table public.base_publication (
  id smallint primary key check (id = 1),
  last bigint not null
);
insert into public.base_publication values (1, 0);
