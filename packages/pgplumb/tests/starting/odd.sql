create schema "Crm";
create type mood as enum ('good', 'bad');
create table plain (
    id bigint generated always as identity primary key,
    name text not null,
    mood mood default 'good',
    length integer generated always as (char_length(name)) stored
);
create table "Crm"."Odd Table" (
    "First Key" integer,
    "order" text,
    "it's" text,
    primary key ("First Key", "order")
);
create table "Crm".plain (id serial primary key);
create table list_plain (note text not null);
create table lock (plain_id bigint primary key references plain);
create table measured (at date primary key, value integer not null) partition by range (at);
create table measured_2026 partition of measured for values from ('2026-01-01') to ('2027-01-01');
create function newest() returns plain begin atomic select plain from plain order by id desc limit 1; end;
create view good as select id, (newest()).name from plain where mood = 'good';
create type "Crm".pair as (one integer, other text);
comment on column "Crm".pair.one is E'said on\r\ntwo lines';
create function odd_lines() returns text language sql as E'select ''one\r\ntwo''\r\n';
set search_path = "Crm";
create function other(pair) returns text language sql as 'select ($1::pair).other';
reset search_path;
