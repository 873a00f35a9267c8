create extension if not exists citext;
create extension if not exists ltree;
create type person as (name citext, mac macaddr);
create type pair as (place integer, people person[]);
create type word_range as range (subtype = citext);
create table club (id bigint primary key, founder person, pairs pair[] not null, words word_range, since date, path ltree);
create table labelled (id integer, labels citext[]);
