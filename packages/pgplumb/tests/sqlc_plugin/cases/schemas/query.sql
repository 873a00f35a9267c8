-- name: ListInvoices :many
select * from sales.invoice;

-- name: ListOwnInvoices :many
select * from invoice;

-- name: CopyInvoices :copyfrom
insert into sales.invoice (id, status) values ($1, $2);
