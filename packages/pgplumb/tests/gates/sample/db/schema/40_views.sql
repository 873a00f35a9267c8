create view good_customer with (security_invoker = true) as
select customer.id, customer.name
from customer
where customer.credit > 0;

create materialized view turnover as
select purchase.customer_id, sum(purchase.price) as total
from purchase
group by purchase.customer_id;
create unique index turnover_customer_id on turnover (customer_id);
