CREATE FUNCTION public.current_author()
 RETURNS text
 LANGUAGE sql
 STABLE
RETURN current_setting('app.author'::text, true);

ALTER TABLE public.note ALTER COLUMN author SET DEFAULT public.current_author();
ALTER POLICY note_author ON public.note USING (author = public.current_author()) WITH CHECK (author = public.current_author());
