create type tone as enum ('high', 'low');
create table singer (id integer primary key, name text not null, tone tone);
create table choir (leader singer not null, members singer[]);
