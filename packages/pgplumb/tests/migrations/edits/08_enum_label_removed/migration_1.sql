ALTER TABLE public.attendance ALTER COLUMN roles DROP DEFAULT;

ALTER TYPE public.attendance_role RENAME TO attendance_role__old;
CREATE TYPE public.attendance_role AS ENUM ('attendee', 'speaker');

ALTER TABLE public.attendance ALTER COLUMN roles TYPE public.attendance_role[] USING roles::text::public.attendance_role[];

DROP TYPE public.attendance_role__old;

ALTER TABLE public.attendance ALTER COLUMN roles SET DEFAULT '{attendee}'::public.attendance_role[];
