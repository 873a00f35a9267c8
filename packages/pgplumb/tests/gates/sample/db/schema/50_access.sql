alter table purchase enable row level security;

create policy purchase_of_good_customers on purchase
    using (price >= 0);

grant select on customer to public;
grant usage on sequence invoice_number to public;

create publication everything for table customer, purchase;

create schema archive;
alter default privileges in schema archive grant select on tables to public;
