-- name: ListVisits :many
select * from visit;

-- name: AddVisit :exec
insert into visit (place, others) values (@place, @others);
