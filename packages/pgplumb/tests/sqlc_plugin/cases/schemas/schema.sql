create schema sales;
create type sales.status as enum ('open', 'closed');
create type status as enum ('on', 'off');
create table sales.invoice (id bigint primary key, status sales.status not null, switch public.status);
create table invoice (id bigint primary key);
