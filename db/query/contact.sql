-- name: GetContact :one
-- One contact by its public identifier.
select * from contact where public_id = $1;

-- name: CreateContact :one
-- no-rows: raise
insert into contact (kind, given_name, family_name, email, phone_numbers, address, credit_limit, preferences)
values (
    @kind, @given_name, sqlc.narg('family_name'), sqlc.narg('email'),
    @phone_numbers, sqlc.narg('address'), sqlc.narg('credit_limit'), @preferences
)
returning *;

-- name: ListContacts :many
-- Contacts in order of their name, a page at a time: give the last name and id of the page before.
select id, public_id, full_name, email
from contact
where (full_name, id) > (@after_name::text, @after_id::bigint)
order by full_name, id
limit @page_size::integer;

-- name: ListContactsByPublicIds :many
select * from contact where public_id in (sqlc.slice('public_ids')) order by id;

-- name: SearchContacts :many
-- Contacts whose name resembles the words given, the closest first.
select sqlc.embed(contact), coalesce(similarity(full_name, @words::text), 0) as closeness
from contact
where full_name % @words::text
order by closeness desc, id
limit @page_size::integer;

-- name: FindContacts :many
-- Contacts whose name contains the words (none: all), in order of their name, a page at a time:
-- give the last name and public_id of the page before.
select public_id, kind, full_name, email
from contact
where full_name ilike '%' || regexp_replace(@words::text, '([\\%_])', '\\\1', 'g') || '%'
    and (full_name, public_id) > (@after_name::text, @after_public_id::uuid)
order by full_name, public_id
limit @page_size::integer;

-- name: CountContactsByKind :many
-- plumb:ignore full-scan -- it counts all contacts
select kind, count(*) as contacts, max(created_at) as latest_created_at
from contact
group by kind
order by kind;

-- name: UpdateContactAddress :execrows
-- A null address clears it.
update contact set address = sqlc.narg('address') where public_id = @public_id;

-- name: UpdateContact :one
-- Changes what is given; null leaves a column as it is.
update contact
set
    given_name = coalesce(sqlc.narg('given_name'), given_name),
    family_name = coalesce(sqlc.narg('family_name'), family_name),
    email = coalesce(sqlc.narg('email'), email)
where public_id = @public_id
returning *;

-- name: DeleteContact :execrows
delete from contact where public_id = $1;

-- name: ImportContacts :copyfrom
insert into contact (kind, given_name, family_name, email, phone_numbers, credit_limit, last_seen_from, preferences)
values ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: ImportPeople :copyfrom
insert into contact (given_name, family_name, email)
values ($1, $2, $3);

-- name: ExportContacts :many
-- stream: 1000
-- plumb:ignore full-scan -- it is for all contacts, and streamed
select kind, given_name, family_name, email, created_at from contact order by id;

-- name: UpsertPeople :many
-- Many at once, known by their e-mail address: those who are there get the names given.
insert into contact (given_name, family_name, email)
select unnest(@given_names::text[]), unnest(@family_names::text[]), unnest(@emails::text[])
on conflict (email) do update
set given_name = excluded.given_name, family_name = excluded.family_name
returning public_id, full_name, email, (created_at = now()) as is_new;
