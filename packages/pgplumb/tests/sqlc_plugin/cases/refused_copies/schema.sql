create table item (id integer primary key, name text not null);
create view named as select id, name from item;
