ALTER TYPE public.event_status ADD VALUE 'postponed' BEFORE 'cancelled';
