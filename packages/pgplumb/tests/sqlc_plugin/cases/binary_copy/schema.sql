create table reading (
    id bigint, small smallint not null, whole integer not null, ratio real not null, exact double precision not null,
    amount numeric not null, name text not null, code varchar not null, data bytea not null, day date not null, at time not null,
    local_at timestamp not null, moment timestamptz not null, lasting interval not null, key uuid not null, document jsonb, ok boolean not null
);
