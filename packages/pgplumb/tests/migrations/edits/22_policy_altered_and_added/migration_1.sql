ALTER POLICY note_author ON public.note TO plumb_test_billing;
CREATE POLICY note_reader ON public.note FOR SELECT TO plumb_test_report USING (true);
