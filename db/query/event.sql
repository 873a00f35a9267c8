-- name: GetEvent :one
-- An event with who organises it and where; location is None when it has none yet.
select sqlc.embed(event), sqlc.embed(contact), sqlc.embed(location), event_length(event) as length
from event
join contact on contact.id = event.organiser_id
left join location on location.id = event.location_id
where event.id = $1;

-- name: DescribeEvent :one
-- An event as it is shown outside, with how many attend.
select
    event.id, event.title, event.description, event.status,
    lower(event.during) as starts_at, upper(event.during) as ends_at,
    event.tags, event.ticket_price,
    organiser.public_id as organiser_public_id, organiser.full_name as organiser_name,
    location.name as location_name, location.capacity,
    (select count(*) from attendance where attendance.event_id = event.id) as attendee_count
from event
join contact as organiser on organiser.id = event.organiser_id
left join location on location.id = event.location_id
where event.id = $1;

-- name: CreateEvent :one
-- no-rows: raise
insert into event (organiser_id, location_id, title, description, status, during, tags, ticket_price)
values (
    @organiser_id, sqlc.narg('location_id'), @title, sqlc.narg('description'),
    @status, @during, @tags, @ticket_price
)
returning *;

-- name: CreateLocation :one
-- no-rows: raise
insert into location (name, capacity) values ($1, $2) returning *;

-- name: ListEventsBetween :many
-- Events that touch a period of time, by when they start.
select * from event
where during && tstzrange(@starts_at::timestamptz, @ends_at::timestamptz)
    and (sqlc.narg('status')::event_status is null or status = sqlc.narg('status'))
order by lower(during), id
limit @page_size::integer;

-- name: ListUpcomingEvents :many
select * from upcoming_event order by starts_at, id limit @page_size::integer;

-- name: ListEventsOfOrganisers :many
select id, organiser_id, title, status from event
where organiser_id in (sqlc.slice('organiser_ids'))
order by organiser_id, id;

-- name: SetEventStatus :execrows
update event set status = @status where id = @id and status <> @status;

-- name: UpdateEvent :execrows
-- Changes what is given; null leaves a column as it is.
update event
set
    title = coalesce(sqlc.narg('title'), title),
    description = coalesce(sqlc.narg('description'), description),
    status = coalesce(sqlc.narg('status'), status),
    during = coalesce(sqlc.narg('during'), during),
    ticket_price = coalesce(sqlc.narg('ticket_price'), ticket_price)
where id = @id;

-- name: DeleteEvent :execrows
delete from event where id = $1;

-- name: Attend :exec
insert into attendance (event_id, contact_id, roles)
values (@event_id, @contact_id, @roles)
on conflict (event_id, contact_id) do update set roles = excluded.roles;

-- name: CheckIn :batchone
-- Keeps the first time when somebody checks in twice; nothing for those who do not attend.
update attendance set checked_in_at = coalesce(checked_in_at, now())
from contact
where contact.id = attendance.contact_id
    and attendance.event_id = @event_id and contact.public_id = @public_id
returning contact.public_id, attendance.checked_in_at;

-- name: ListAttendees :many
select attendance.roles, attendance.checked_in_at, sqlc.embed(contact)
from attendance
join contact on contact.id = attendance.contact_id
where attendance.event_id = $1
order by contact.full_name, contact.id;

-- name: ListTopOrganisers :many
select * from organiser_statistics order by event_count desc, contact_id limit @page_size::integer;

-- name: RefreshOrganiserStatistics :exec
refresh materialized view organiser_statistics;

-- name: ImportEvents :copyfrom
insert into event (organiser_id, title, status, during, tags, ticket_price)
values ($1, $2, $3, $4, $5, $6);
