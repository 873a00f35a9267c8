-- name: ListPurchases :many
select purchase.id, purchase.price, customer.name
from purchase
join customer on customer.id = purchase.customer_id
where purchase.customer_id = $1;
