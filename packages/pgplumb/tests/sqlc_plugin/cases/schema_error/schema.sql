create table item (
    id bigint primary key,
    owner bigint references person (id)
);
