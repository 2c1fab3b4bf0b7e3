-- A UUIDv7 of that moment. The twelve bits after the millisecond tell the microsecond, so that
-- lines written one after the other stand in that order (RFC 9562, section 6.2, method 3).
create or replace function audit.new_id(moment timestamptz) returns uuid
  language sql volatile
  return encode(overlay(uuid_send(gen_random_uuid()) placing
    substring(int8send((extract(epoch from moment) * 1000000)::bigint / 1000) from 3)
    || int2send((28672 + extract(microseconds from moment)::bigint % 1000 * 4096 / 1000)::smallint)
    from 1 for 8), 'hex')::uuid;
