create view upcoming_event with (security_invoker = true) as
select
    event.id,
    event.title,
    lower(event.during) as starts_at,
    upper(event.during) as ends_at,
    organiser.full_name as organiser_name,
    location.name as location_name,
    count(attendance.contact_id) as attendee_count
from event
join contact as organiser on organiser.id = event.organiser_id
left join location on location.id = event.location_id
left join attendance on attendance.event_id = event.id
where event.status = 'scheduled' and upper(event.during) > now()
group by event.id, organiser.id, location.id;
comment on view upcoming_event is 'Scheduled events that have not ended, with the number of attendees';

create view unpaid_invoice as
select invoice.number, invoice_reference(invoice.number) as reference, contact.full_name, invoice.amount
from invoice
join contact on contact.id = invoice.contact_id
where invoice.paid_at is null;

create view next_event as
select id, title, starts_at, attendee_count from upcoming_event order by starts_at limit 10;
comment on view next_event is 'The ten events that are next';
