GRANT USAGE ON SCHEMA public TO plumb_test_report;

CREATE EXTENSION btree_gist SCHEMA public;

CREATE EXTENSION citext SCHEMA public;

CREATE EXTENSION pg_trgm SCHEMA public;

CREATE TYPE public.attendance_role AS ENUM ('attendee', 'speaker', 'host');

CREATE TYPE public.contact_kind AS ENUM ('person', 'organisation');

CREATE TYPE public.event_status AS ENUM ('draft', 'scheduled', 'cancelled', 'done');

CREATE TYPE public.postal_address AS (
    street text,
    city text,
    postal_code text,
    country character(2)
);
COMMENT ON TYPE public.postal_address IS 'Where a contact receives mail';

CREATE DOMAIN public.email_address AS public.citext
    CONSTRAINT email_address_has_one_at CHECK (VALUE OPERATOR(public.~) '^[^@[:space:]]+@[^@[:space:]]+$'::public.citext);
COMMENT ON DOMAIN public.email_address IS 'An e-mail address, compared without regard to case';

CREATE TYPE public.period AS RANGE (
    subtype = date,
    subtype_opclass = pg_catalog.date_ops,
    multirange_type_name = public.period_multirange
);
COMMENT ON TYPE public.period IS 'Days from one (included) to another (excluded)';

CREATE SEQUENCE public.invoice_number START WITH 1000;
GRANT USAGE ON SEQUENCE public.invoice_number TO plumb_test_billing;

CREATE FUNCTION public.invoice_reference(number bigint)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
RETURN ('INV-'::text || lpad((number)::text, 8, '0'::text));

CREATE FUNCTION public.notify_contact_changed()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
    total bigint;
    -- A payload has to be shorter than 8,000 bytes: of many rows only the number is told.
    most constant integer := 100;
    public_ids uuid[];
begin
    select count(*), (array_agg(public_id))[1:most] into total, public_ids from changed;
    if total > 0 then
        perform pg_notify('contact_changed', json_build_object(
            'operation', lower(tg_op),
            'count', total,
            'public_ids', case when total <= most then public_ids else '{}' end
        )::text);
    end if;
    return null;
end;
$function$;
COMMENT ON FUNCTION public.notify_contact_changed() IS 'Tells the channel contact_changed what a statement has changed';

CREATE FUNCTION public.touch_updated_at()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
    new.updated_at := now();
    return new;
end;
$function$;
COMMENT ON FUNCTION public.touch_updated_at() IS 'Sets updated_at whenever a row changes';

CREATE AGGREGATE public.longest(interval) (
    SFUNC = interval_larger,
    STYPE = interval
);

CREATE TABLE public.activity (
    id bigint GENERATED ALWAYS AS IDENTITY,
    contact_id bigint NOT NULL,
    action text NOT NULL,
    address inet,
    details jsonb,
    occurred_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT activity_pkey PRIMARY KEY (id, occurred_at)
) PARTITION BY RANGE (occurred_at);
COMMENT ON TABLE public.activity IS 'What contacts did, kept by year';

CREATE PROCEDURE public.prune_activity(IN before timestamp with time zone, IN batch_size integer)
 LANGUAGE plpgsql
AS $procedure$
begin
    loop
        delete from activity
        where (id, occurred_at) in (
            select id, occurred_at from activity where occurred_at < before limit batch_size
        );
        exit when not found;
        commit;
    end loop;
end;
$procedure$;
COMMENT ON PROCEDURE public.prune_activity(timestamp with time zone, integer) IS 'Deletes old activity, a batch a transaction, so that nobody waits long for its locks';

CREATE TABLE public.activity_2026 PARTITION OF public.activity FOR VALUES FROM ('2026-01-01 00:00:00+00') TO ('2027-01-01 00:00:00+00');

CREATE TABLE public.activity_2027 PARTITION OF public.activity FOR VALUES FROM ('2027-01-01 00:00:00+00') TO ('2028-01-01 00:00:00+00');

CREATE TABLE public.activity_other PARTITION OF public.activity DEFAULT;

CREATE TABLE public.audit (
    id bigserial,
    happened_at timestamp with time zone NOT NULL DEFAULT now(),
    what text NOT NULL,
    CONSTRAINT audit_pkey PRIMARY KEY (id)
);
CREATE RULE audit_is_kept AS
    ON DELETE TO public.audit DO INSTEAD NOTHING;

CREATE TABLE public.contact (
    id bigint GENERATED ALWAYS AS IDENTITY,
    public_id uuid NOT NULL DEFAULT gen_random_uuid(),
    kind public.contact_kind NOT NULL DEFAULT 'person'::public.contact_kind,
    given_name text NOT NULL,
    family_name text,
    full_name text NOT NULL GENERATED ALWAYS AS (given_name || COALESCE(' '::text || family_name, ''::text)) STORED,
    email public.email_address,
    phone_numbers text[] NOT NULL DEFAULT '{}'::text[],
    address public.postal_address,
    credit_limit numeric(12,2),
    last_seen_from inet,
    preferences jsonb NOT NULL DEFAULT '{}'::jsonb,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    updated_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT contact_pkey PRIMARY KEY (id),
    CONSTRAINT contact_email_key UNIQUE (email),
    CONSTRAINT contact_public_id_key UNIQUE (public_id),
    CONSTRAINT contact_credit_limit_is_not_negative CHECK (credit_limit >= 0::numeric)
);
COMMENT ON TABLE public.contact IS 'A person or an organisation that we know';
COMMENT ON COLUMN public.contact.full_name IS 'Given and family name, kept by PostgreSQL';
COMMENT ON COLUMN public.contact.preferences IS 'Settings that the contact chose, by name';
COMMENT ON COLUMN public.contact.public_id IS 'The identifier shown outside: it tells nothing about how many contacts there are';

CREATE INDEX contact_full_name ON public.contact USING btree (full_name, public_id);
CREATE INDEX contact_full_name_trigrams ON public.contact USING gin (full_name public.gin_trgm_ops);

CREATE TRIGGER contact_notify_delete AFTER DELETE ON public.contact REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.notify_contact_changed();
CREATE TRIGGER contact_notify_insert AFTER INSERT ON public.contact REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.notify_contact_changed();
CREATE TRIGGER contact_notify_update AFTER UPDATE ON public.contact REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.notify_contact_changed();
CREATE TRIGGER contact_touch_updated_at BEFORE UPDATE ON public.contact FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();

CREATE TABLE public.invoice (
    number bigint NOT NULL DEFAULT nextval('public.invoice_number'::regclass),
    contact_id bigint NOT NULL,
    billed public.period NOT NULL,
    amount numeric(10,2) NOT NULL,
    reference text NOT NULL,
    paid_at timestamp with time zone,
    CONSTRAINT invoice_pkey PRIMARY KEY (number),
    CONSTRAINT invoice_contact_id_fkey FOREIGN KEY (contact_id) REFERENCES public.contact(id)
);
GRANT INSERT, SELECT ON TABLE public.invoice TO plumb_test_billing;
GRANT UPDATE (amount) ON TABLE public.invoice TO plumb_test_billing;
GRANT UPDATE (paid_at) ON TABLE public.invoice TO plumb_test_billing;

CREATE INDEX invoice_contact_id ON public.invoice USING btree (contact_id);

CREATE TABLE public.location (
    id bigint GENERATED ALWAYS AS IDENTITY,
    name text NOT NULL,
    capacity integer NOT NULL,
    CONSTRAINT location_pkey PRIMARY KEY (id),
    CONSTRAINT location_name_key UNIQUE (name),
    CONSTRAINT location_capacity_is_positive CHECK (capacity > 0)
);
COMMENT ON TABLE public.location IS 'A room or a place that holds one event at a time';

CREATE TABLE public.event (
    id bigint GENERATED ALWAYS AS IDENTITY,
    organiser_id bigint NOT NULL,
    location_id bigint,
    title text NOT NULL,
    description text,
    status public.event_status NOT NULL DEFAULT 'draft'::public.event_status,
    during tstzrange NOT NULL,
    tags text[] NOT NULL DEFAULT '{}'::text[],
    ticket_price numeric(10,2) NOT NULL DEFAULT 0,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    updated_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT event_pkey PRIMARY KEY (id),
    CONSTRAINT event_during_is_not_empty CHECK (NOT isempty(during)),
    CONSTRAINT event_location_is_free EXCLUDE USING gist (location_id WITH =, during WITH &&) WHERE (location_id IS NOT NULL AND status <> 'cancelled'::public.event_status),
    CONSTRAINT event_location_id_fkey FOREIGN KEY (location_id) REFERENCES public.location(id) ON DELETE RESTRICT,
    CONSTRAINT event_organiser_id_fkey FOREIGN KEY (organiser_id) REFERENCES public.contact(id) ON DELETE RESTRICT
);
COMMENT ON TABLE public.event IS 'Something that contacts attend';
COMMENT ON COLUMN public.event.during IS 'From when (included) to when (excluded)';
COMMENT ON CONSTRAINT event_location_is_free ON public.event IS 'A location holds one event at a time';

CREATE INDEX event_organiser_id ON public.event USING btree (organiser_id);
CREATE INDEX event_starts_at ON public.event USING btree (lower(during));

CREATE TRIGGER event_touch_updated_at BEFORE UPDATE ON public.event FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();

CREATE FUNCTION public.event_length(event public.event)
 RETURNS interval
 LANGUAGE sql
 STABLE
BEGIN ATOMIC
 SELECT (upper((event).during) - lower((event).during));
END;
COMMENT ON FUNCTION public.event_length(public.event) IS 'How long an event takes; null when it has no end';

CREATE PROCEDURE public.close_events(IN before timestamp with time zone)
 LANGUAGE sql
BEGIN ATOMIC
 UPDATE public.event SET status = 'done'::public.event_status
   WHERE ((upper(event.during) < close_events.before) AND (event.status = 'scheduled'::public.event_status));
END;
COMMENT ON PROCEDURE public.close_events(timestamp with time zone) IS 'Marks what is over as done';

CREATE TABLE public.attendance (
    event_id bigint NOT NULL,
    contact_id bigint NOT NULL,
    roles public.attendance_role[] NOT NULL DEFAULT '{attendee}'::public.attendance_role[],
    checked_in_at timestamp with time zone,
    CONSTRAINT attendance_pkey PRIMARY KEY (event_id, contact_id),
    CONSTRAINT attendance_contact_id_fkey FOREIGN KEY (contact_id) REFERENCES public.contact(id) ON DELETE CASCADE,
    CONSTRAINT attendance_event_id_fkey FOREIGN KEY (event_id) REFERENCES public.event(id) ON DELETE CASCADE
);
COMMENT ON TABLE public.attendance IS 'Who comes to which event, and as what';

CREATE INDEX attendance_contact_id ON public.attendance USING btree (contact_id);

CREATE TABLE public.note (
    id bigint GENERATED ALWAYS AS IDENTITY,
    contact_id bigint NOT NULL,
    author text NOT NULL DEFAULT CURRENT_USER,
    body text NOT NULL,
    written_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT note_pkey PRIMARY KEY (id),
    CONSTRAINT note_contact_id_fkey FOREIGN KEY (contact_id) REFERENCES public.contact(id) ON DELETE CASCADE
);
ALTER TABLE public.note ENABLE ROW LEVEL SECURITY;
COMMENT ON TABLE public.note IS 'What a colleague wrote about a contact: only its author sees it (see policies.sql)';

CREATE INDEX note_contact_id ON public.note USING btree (contact_id);

CREATE POLICY note_author ON public.note USING (author = CURRENT_USER) WITH CHECK (author = CURRENT_USER);

ALTER SEQUENCE public.invoice_number OWNED BY public.invoice.number;

CREATE INDEX activity_contact_id ON public.activity USING btree (contact_id, occurred_at DESC);

CREATE VIEW public.unpaid_invoice AS
 SELECT invoice.number,
    public.invoice_reference(invoice.number) AS reference,
    contact.full_name,
    invoice.amount
   FROM public.invoice
     JOIN public.contact ON contact.id = invoice.contact_id
  WHERE invoice.paid_at IS NULL;

CREATE VIEW public.upcoming_event WITH (security_invoker = true) AS
 SELECT event.id,
    event.title,
    lower(event.during) AS starts_at,
    upper(event.during) AS ends_at,
    organiser.full_name AS organiser_name,
    location.name AS location_name,
    count(attendance.contact_id) AS attendee_count
   FROM public.event
     JOIN public.contact organiser ON organiser.id = event.organiser_id
     LEFT JOIN public.location ON location.id = event.location_id
     LEFT JOIN public.attendance ON attendance.event_id = event.id
  WHERE event.status = 'scheduled'::public.event_status AND upper(event.during) > now()
  GROUP BY event.id, organiser.id, location.id;
COMMENT ON VIEW public.upcoming_event IS 'Scheduled events that have not ended, with the number of attendees';
GRANT SELECT ON TABLE public.upcoming_event TO plumb_test_report;

CREATE VIEW public.next_event AS
 SELECT id,
    title,
    starts_at,
    attendee_count
   FROM public.upcoming_event
  ORDER BY starts_at
 LIMIT 10;
COMMENT ON VIEW public.next_event IS 'The ten events that are next';
GRANT SELECT ON TABLE public.next_event TO plumb_test_report;
GRANT SELECT ON TABLE public.next_event TO plumb_test_billing WITH GRANT OPTION;

CREATE MATERIALIZED VIEW public.organiser_statistics AS
 SELECT contact.id AS contact_id,
    contact.full_name,
    count(event.id) AS event_count,
    sum(event.ticket_price) AS ticket_price_sum,
    max(upper(event.during)) AS last_event_ends_at
   FROM public.contact
     JOIN public.event ON event.organiser_id = contact.id
  GROUP BY contact.id;
COMMENT ON MATERIALIZED VIEW public.organiser_statistics IS 'Figures for each organiser; refresh concurrently';
GRANT SELECT ON TABLE public.organiser_statistics TO plumb_test_report;

CREATE UNIQUE INDEX organiser_statistics_contact_id ON public.organiser_statistics USING btree (contact_id);

CREATE STATISTICS public.invoice_contact_paid (dependencies) ON contact_id, paid_at FROM public.invoice;

CREATE PUBLICATION contacts FOR TABLE public.contact, TABLE public.location;

ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO plumb_test_report;
