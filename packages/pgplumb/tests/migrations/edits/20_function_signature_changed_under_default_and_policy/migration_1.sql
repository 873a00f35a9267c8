DROP POLICY note_author ON public.note;
ALTER TABLE public.note ALTER COLUMN author DROP DEFAULT;

DROP FUNCTION public.current_author();

CREATE FUNCTION public.current_author(fallback text DEFAULT 'nobody'::text)
 RETURNS text
 LANGUAGE sql
 STABLE
RETURN COALESCE(current_setting('app.author'::text, true), fallback);

ALTER TABLE public.note ALTER COLUMN author SET DEFAULT public.current_author();
CREATE POLICY note_author ON public.note USING (author = public.current_author()) WITH CHECK (author = public.current_author());
