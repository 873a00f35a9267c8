create table item (id bigint generated always as identity primary key, name text not null, note text);
create view described as select id, name as title from item;
