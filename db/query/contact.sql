-- name: GetContact :one
-- One contact by its public identifier.
select * from contact where public_id = $1;

-- name: CreateContact :one
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

-- name: CountContactsByKind :many
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

-- name: DeleteContact :exec
delete from contact where public_id = $1;

-- name: ImportContacts :copyfrom
insert into contact (kind, given_name, family_name, email, phone_numbers, credit_limit, last_seen_from, preferences)
values ($1, $2, $3, $4, $5, $6, $7, $8);
