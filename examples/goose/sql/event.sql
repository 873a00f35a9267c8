-- name: CreateEvent :one
-- no-rows: raise
insert into event (organiser_id, location_id, title, during)
values (@organiser_id, @location_id, @title, @during)
returning *;

-- name: ListEventsAt :many
-- What takes place at a location, the earliest first.
select event.id, event.title, event.during, contact.full_name as organiser
from event
join contact on contact.id = event.organiser_id
where event.location_id = @location_id
order by lower(event.during);

-- name: CreateContact :one
-- no-rows: raise
insert into contact (given_name, family_name) values (@given_name, @family_name) returning id;
