create domain flag as boolean not null;
create domain label as varchar(20) check (value <> '');
create domain short_label as label check (length(value) < 10);
create table tally (name short_label, is_open flag, index integer not null, count bigint);
