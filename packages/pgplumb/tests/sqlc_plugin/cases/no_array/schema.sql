create table singer (id integer primary key, name text not null);
