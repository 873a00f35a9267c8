create extension if not exists btree_gist;
create extension if not exists citext;
create extension if not exists pg_trgm;

create type contact_kind as enum ('person', 'organisation');

create type event_status as enum ('draft', 'scheduled', 'cancelled', 'done');

create type attendance_role as enum ('attendee', 'speaker', 'host');

create domain email_address as citext
    constraint email_address_has_one_at check (value ~ '^[^@[:space:]]+@[^@[:space:]]+$');
comment on domain email_address is 'An e-mail address, compared without regard to case';

create type postal_address as (
    street text,
    city text,
    postal_code text,
    country char(2)
);
comment on type postal_address is 'Where a contact receives mail';

create table contact (
    id bigint generated always as identity primary key,
    public_id uuid not null default gen_random_uuid(),
    kind contact_kind not null default 'person',
    given_name text not null,
    family_name text,
    full_name text not null generated always as (given_name || coalesce(' ' || family_name, '')) stored,
    email email_address,
    phone_numbers text[] not null default '{}',
    address postal_address,
    credit_limit numeric(12, 2),
    last_seen_from inet,
    preferences jsonb not null default '{}',
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint contact_public_id_key unique (public_id),
    constraint contact_email_key unique (email),
    constraint contact_credit_limit_is_not_negative check (credit_limit >= 0)
);
create index contact_full_name_trigrams on contact using gin (full_name gin_trgm_ops);
comment on table contact is 'A person or an organisation that we know';
comment on column contact.public_id is 'The identifier shown outside: it tells nothing about how many contacts there are';
comment on column contact.full_name is 'Given and family name, kept by PostgreSQL';
comment on column contact.preferences is 'Settings that the contact chose, by name';

create table location (
    id bigint generated always as identity primary key,
    name text not null,
    capacity integer not null,
    constraint location_name_key unique (name),
    constraint location_capacity_is_positive check (capacity > 0)
);
comment on table location is 'A room or a place that holds one event at a time';

create table event (
    id bigint generated always as identity primary key,
    organiser_id bigint not null references contact (id) on delete restrict,
    location_id bigint references location (id) on delete restrict,
    title text not null,
    description text,
    status event_status not null default 'draft',
    during tstzrange not null,
    tags text[] not null default '{}',
    ticket_price numeric(10, 2) not null default 0,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint event_during_is_not_empty check (not isempty(during)),
    constraint event_location_is_free exclude using gist (location_id with =, during with &&)
        where (location_id is not null and status <> 'cancelled')
);
create index event_organiser_id on event (organiser_id);
create index event_starts_at on event (lower(during));
comment on table event is 'Something that contacts attend';
comment on column event.during is 'From when (included) to when (excluded)';
comment on constraint event_location_is_free on event is 'A location holds one event at a time';

create table attendance (
    event_id bigint not null references event (id) on delete cascade,
    contact_id bigint not null references contact (id) on delete cascade,
    roles attendance_role[] not null default '{attendee}',
    checked_in_at timestamptz,
    primary key (event_id, contact_id)
);
create index attendance_contact_id on attendance (contact_id);
comment on table attendance is 'Who comes to which event, and as what';

create table note (
    id bigint generated always as identity primary key,
    contact_id bigint not null references contact (id) on delete cascade,
    author text not null default current_user,
    body text not null,
    written_at timestamptz not null default now()
);
create index note_contact_id on note (contact_id);
comment on table note is 'What a colleague wrote about a contact: only its author sees it (see policies.sql)';

create table activity (
    id bigint generated always as identity,
    contact_id bigint not null,
    action text not null,
    address inet,
    details jsonb,
    occurred_at timestamptz not null default now(),
    primary key (id, occurred_at)
) partition by range (occurred_at);
create table activity_2026 partition of activity for values from ('2026-01-01 00:00:00+00') to ('2027-01-01 00:00:00+00');
create table activity_2027 partition of activity for values from ('2027-01-01 00:00:00+00') to ('2028-01-01 00:00:00+00');
create table activity_other partition of activity default;
create index activity_contact_id on activity (contact_id, occurred_at desc);
comment on table activity is 'What contacts did, kept by year';

create function touch_updated_at() returns trigger
language plpgsql as $$
begin
    new.updated_at := now();
    return new;
end;
$$;
comment on function touch_updated_at() is 'Sets updated_at whenever a row changes';

create function event_length(event event) returns interval
language sql stable
begin atomic
    select upper((event).during) - lower((event).during);
end;
comment on function event_length(event) is 'How long an event takes; null when it has no end';

create view upcoming_event with (security_invoker = true) as
select
    event.id,
    event.title,
    lower(event.during) as starts_at,
    upper(event.during) as ends_at,
    organiser.full_name as organiser_name,
    location.name as location_name,
    count(attendance.contact_id) as attendee_count
from event
join contact as organiser on organiser.id = event.organiser_id
left join location on location.id = event.location_id
left join attendance on attendance.event_id = event.id
where event.status = 'scheduled' and upper(event.during) > now()
group by event.id, organiser.id, location.id;
comment on view upcoming_event is 'Scheduled events that have not ended, with the number of attendees';

create materialized view organiser_statistics as
select
    contact.id as contact_id,
    contact.full_name,
    count(event.id) as event_count,
    sum(event.ticket_price) as ticket_price_sum,
    max(upper(event.during)) as last_event_ends_at
from contact
join event on event.organiser_id = contact.id
group by contact.id;
-- The view was made a moment ago: nobody waits for it.
-- squawk-ignore require-concurrent-index-creation
create unique index organiser_statistics_contact_id on organiser_statistics (contact_id);
comment on materialized view organiser_statistics is 'Figures for each organiser; refresh concurrently';

create trigger contact_touch_updated_at before update on contact
for each row execute function touch_updated_at();

create trigger event_touch_updated_at before update on event
for each row execute function touch_updated_at();

alter table note enable row level security;

create policy note_author on note
    using (author = current_user)
    with check (author = current_user);
