-- name: CountContacts :one
select count(*) as contacts from contact;
