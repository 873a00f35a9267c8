create materialized view organiser_statistics as
select
    contact.id as contact_id,
    contact.full_name,
    count(event.id) as event_count,
    sum(event.ticket_price) as ticket_price_sum,
    max(upper(event.during)) as last_event_ends_at
from contact
join event on event.organiser_id = contact.id
group by contact.id;
create unique index organiser_statistics_contact_id on organiser_statistics (contact_id);
comment on materialized view organiser_statistics is 'Figures for each organiser; refresh concurrently';
