-- name: BusiestOrganisers :many
-- Who organises the most events, and how many people come to them.
select
    contact.public_id,
    contact.full_name,
    count(distinct event.id) as events,
    count(attendance.contact_id) as attendances
from contact
join event on event.organiser_id = contact.id
left join attendance on attendance.event_id = event.id
group by contact.id
order by attendances desc, contact.full_name
limit @page_size::integer;

-- name: ContactsByMonth :many
-- How many contacts of each kind were made in each month.
select date_trunc('month', created_at, 'UTC') as month, kind, count(*) as contacts
from contact
group by month, kind
order by month, kind;

-- name: ExportContacts :many
-- stream: 500
select public_id, kind, full_name, email, created_at from contact order by id;
