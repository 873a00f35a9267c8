create table "Order" (
    id bigint primary key,
    class text not null,
    "from" text not null,
    copy text not null,
    schema text not null,
    model_config text not null,
    _private text not null,
    "two words" text not null,
    "größe" integer not null,
    "1st" integer not null,
    list text[] not null,
    str text not null,
    int integer not null,
    datetime timestamptz not null,
    date date not null,
    uuid uuid not null,
    "!" text not null
);

create table "models" (id bigint primary key, "enums" text not null);
create table query (id bigint primary key);

create type state as enum ('in progress', 'done!', 'done?', '+', '-', '', '1st', 'class', 'None', 'mro', 'ärger');
