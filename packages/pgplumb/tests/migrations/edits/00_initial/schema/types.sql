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

create type period as range (subtype = date);
comment on type period is 'Days from one (included) to another (excluded)';

create sequence invoice_number start with 1000;
