create domain code as text;
create type place as (code code, street text);
create domain known_place as place;
create table visit (place known_place not null, others known_place[]);
