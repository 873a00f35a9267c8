-- name: GetCustomer :one
-- One customer.
select * from customer where id = $1;

-- name: ListCustomers :many
select id, name, mood from customer
where created_at >= sqlc.arg(since)
order by name;

-- name: AddCustomer :one
insert into customer (name, email) values ($1, $2)
returning id;
