create domain local_time as timestamp;
create table clock (
    id bigint primary key,
    local_at timestamp,
    moment timestamptz,
    clock_time time,
    zoned_time timetz,
    due local_time,
    local_ats timestamp[],
    moments timestamptz[],
    span tsrange,
    spans tsmultirange,
    many_spans tsrange[]
);
