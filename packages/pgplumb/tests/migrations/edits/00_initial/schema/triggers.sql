create trigger contact_touch_updated_at before update on contact
for each row execute function touch_updated_at();

create trigger event_touch_updated_at before update on event
for each row execute function touch_updated_at();

create trigger contact_notify_insert after insert on contact
referencing new table as changed
for each statement execute function notify_contact_changed();

create trigger contact_notify_update after update on contact
referencing new table as changed
for each statement execute function notify_contact_changed();

create trigger contact_notify_delete after delete on contact
referencing old table as changed
for each statement execute function notify_contact_changed();

create rule audit_is_kept as on delete to audit do instead nothing;
