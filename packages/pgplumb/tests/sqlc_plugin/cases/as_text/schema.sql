create domain expiry as date;
create type span as (since timestamptz, until timestamptz, lasting interval);
create table lease (
    id bigint generated always as identity primary key,
    tenant text not null,
    signed_at timestamptz not null,
    expires_at timestamptz not null default 'infinity',
    paused_at timestamptz[] not null default '{}',
    held tstzrange,
    breaks tstzmultirange,
    spans tstzrange[],
    span span,
    due expiry,
    notice interval,
    born date,
    rent numeric(10, 2)
);
create table founding (place text not null, founded date not null, chartered expiry, lasting interval);
