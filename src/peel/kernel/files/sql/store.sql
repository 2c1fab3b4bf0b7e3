-- Stored content is written here and nowhere else; after that it is never changed or deleted.
create schema if not exists files;
grant usage on schema files to peel_web, peel_worker;

-- Content that the organisation has already is not kept twice. Whoever asks must know the top of
-- the hash tree, which is shown nowhere: a SHA-256 heard of somewhere opens nothing.
create or replace function files.put(
  p_organisation uuid, p_id uuid, p_sha256 bytea, p_root bytea, p_leaves bytea, p_size bigint,
  p_media_type text, p_key_id text, p_wrapped_key bytea, p_at timestamptz
) returns uuid language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  kept uuid;
begin
  insert into public.files_blob (id, organisation_id, sha256, root, leaves, size, media_type,
                                 key_id, wrapped_key, stored_at)
  values (p_id, p_organisation, p_sha256, p_root, p_leaves, p_size, p_media_type, p_key_id,
          p_wrapped_key, p_at)
  on conflict (organisation_id, sha256, root) do nothing;
  select id into kept from public.files_blob
  where organisation_id = p_organisation and sha256 = p_sha256 and root = p_root;
  return kept;
end
$$;

-- Keep content for whoever speaks; gives the blob that holds it.
create or replace function files.keep(
  p_id uuid, p_sha256 bytea, p_root bytea, p_leaves bytea, p_size bigint, p_media_type text,
  p_key_id text, p_wrapped_key bytea, p_at timestamptz
) returns uuid language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  if not access.may('files.file.create') then
    raise exception 'not permitted' using errcode = '42501';
  end if;
  return files.put((access.identity()).organisation_id, p_id, p_sha256, p_root, p_leaves, p_size,
                   p_media_type, p_key_id, p_wrapped_key, p_at);
end
$$;

-- Keep what a program made out of a blob, such as a small picture of it, for the same organisation.
create or replace function files.keep_derived(
  p_source uuid, p_id uuid, p_sha256 bytea, p_root bytea, p_leaves bytea, p_size bigint,
  p_media_type text, p_key_id text, p_wrapped_key bytea, p_at timestamptz
) returns uuid language sql security definer
set search_path = pg_catalog, public, pg_temp as $$
  select files.put(b.organisation_id, p_id, p_sha256, p_root, p_leaves, p_size, p_media_type,
                   p_key_id, p_wrapped_key, p_at)
  from public.files_blob b where b.id = p_source
$$;

-- Note content that the scanner refused.
create or replace function files.set_aside(
  p_id uuid, p_sha256 bytea, p_leaves bytea, p_size bigint, p_name text, p_finding text,
  p_key_id text, p_wrapped_key bytea, p_at timestamptz
) returns void language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  if not access.may('files.file.create') then
    raise exception 'not permitted' using errcode = '42501';
  end if;
  insert into public.files_quarantined (id, organisation_id, sha256, leaves, size, name, finding,
                                        key_id, wrapped_key, at, brought_by_id)
  values (p_id, (access.identity()).organisation_id, p_sha256, p_leaves, p_size, p_name, p_finding,
          p_key_id, p_wrapped_key, p_at, access.current_appointment_id());
end
$$;

-- The data key of a blob under a new key of the installation: the content stays as it is.
create or replace function files.rewrap(p_id uuid, p_was text, p_key_id text, p_wrapped_key bytea)
returns boolean language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  update public.files_blob set key_id = p_key_id, wrapped_key = p_wrapped_key
  where id = p_id and key_id = p_was;
  if found then
    return true;
  end if;
  update public.files_quarantined set key_id = p_key_id, wrapped_key = p_wrapped_key
  where id = p_id and key_id = p_was;
  return found;
end
$$;

-- Not even the owner changes a row by mistake.
create or replace function files.refuse_change() returns trigger language plpgsql
set search_path = pg_catalog, public, pg_temp as $$
begin
  if tg_op = 'UPDATE' then
    if (to_jsonb(new) - 'key_id' - 'wrapped_key') = (to_jsonb(old) - 'key_id' - 'wrapped_key') then
      return new;
    end if;
  end if;
  raise exception 'stored content is never changed or deleted' using errcode = '42501';
end
$$;
create or replace trigger files_fixed before update or delete on public.files_blob
  for each row execute function files.refuse_change();
create or replace trigger files_fixed before update or delete on public.files_quarantined
  for each row execute function files.refuse_change();

revoke all on all functions in schema files from public;
grant execute on function
  files.keep(uuid, bytea, bytea, bytea, bigint, text, text, bytea, timestamptz),
  files.set_aside(uuid, bytea, bytea, bigint, text, text, text, bytea, timestamptz)
  to peel_web;
grant execute on function
  files.keep_derived(uuid, uuid, bytea, bytea, bytea, bigint, text, text, bytea, timestamptz),
  files.rewrap(uuid, text, text, bytea)
  to peel_worker;
