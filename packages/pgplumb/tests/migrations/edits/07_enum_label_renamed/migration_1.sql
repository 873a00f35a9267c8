ALTER TYPE public.event_status RENAME VALUE 'draft' TO 'planned';
