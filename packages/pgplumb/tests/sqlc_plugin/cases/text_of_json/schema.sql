create table note (id bigint primary key, body jsonb not null);
