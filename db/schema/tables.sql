-- plumb:large table contact
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
create index contact_full_name on contact (full_name, public_id);
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

-- plumb:large table activity
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
