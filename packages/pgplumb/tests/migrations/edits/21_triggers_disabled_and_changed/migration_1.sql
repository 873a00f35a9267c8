ALTER TABLE public.contact DISABLE TRIGGER contact_notify_delete;

CREATE OR REPLACE TRIGGER event_touch_updated_at BEFORE UPDATE OF title, during, status ON public.event FOR EACH ROW WHEN (old.* IS DISTINCT FROM new.*) EXECUTE FUNCTION public.touch_updated_at();
