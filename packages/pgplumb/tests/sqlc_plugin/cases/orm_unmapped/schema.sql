create table place (id integer primary key, at point);
