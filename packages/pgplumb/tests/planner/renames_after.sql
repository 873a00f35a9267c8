-- plumb:rename schema old_schema to new_schema
create schema new_schema;
create schema other;
-- plumb:rename table new_schema.inside to within
create table new_schema.within (id int);
-- plumb:rename value feeling.good to Splendid
-- plumb:rename value public.feeling.'Not "so" good' to "so so"
create type feeling as enum ('Splendid', 'so so', 'bad');
-- plumb:rename attribute place.country to land
-- plumb:rename type place to spot
create type spot as (town text, land text);
-- plumb:rename type span to period
create type period as range (subtype = date);
-- plumb:rename domain code to word
create domain word as text constraint code_check check (value <> '');
-- plumb:rename sequence counter to other.number
create sequence other.number;
-- plumb:rename table "Old Table" to "New "" Table"
-- plumb:rename column "Old Table"."Old Column" to "new column"
-- plumb:rename constraint public."New "" Table".old_check to new_check
create table "New "" Table" (id serial primary key, "new column" text not null, feeling feeling,
    place spot, code word, constraint new_check check (id > 0), constraint new_unique unique (code));
-- plumb:rename index old_index to new_index
create index new_index on "New "" Table" (feeling);
-- plumb:rename table moved to other.moved_and_renamed
create table other.moved_and_renamed (id int generated always as identity primary key, note text);
-- plumb:rename view seen to looked_at
-- plumb:rename column looked_at.words to text
create view looked_at as select id, "new column" as text from "New "" Table";
-- plumb:rename materialized view figures to numbers
create materialized view numbers as select id from "New "" Table";
-- plumb:rename function twice(text) to doubled
create function twice(n integer) returns integer language sql immutable return n * 2;
create function doubled(t text) returns text language sql immutable return t || t;
-- plumb:rename procedure nothing to other.something
create procedure other.something() language sql begin atomic select 1; end;
-- plumb:rename function touch() to touched
create function touched() returns trigger language plpgsql as 'begin return new; end';
-- plumb:rename trigger "New "" Table".old_trigger to new_trigger
create trigger new_trigger before insert on "New "" Table" for each row execute function touched();
-- plumb:rename rule other.moved_and_renamed.old_rule to new_rule
create rule new_rule as on delete to other.moved_and_renamed do instead nothing;
-- plumb:rename policy other.moved_and_renamed.old_policy to new_policy
create policy new_policy on other.moved_and_renamed using (true);
