create trigger contact_touch_updated_at before update on contact
for each row execute function touch_updated_at();

create trigger event_touch_updated_at before update on event
for each row execute function touch_updated_at();
