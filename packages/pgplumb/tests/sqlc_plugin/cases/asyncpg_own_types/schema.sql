create type mood as enum ('sad', 'happy');
create domain positive as integer check (value > 0);
create domain small_positive as positive check (value < 100);
create domain code as text not null;
create type point_3d as (x float8, y float8, z numeric);
create type shape as (name text, corners point_3d[], mood mood, tags text[], size small_positive, made_on date);
create type float_range as range (subtype = float8);
create table thing (
    id bigint generated always as identity primary key,
    mood mood,
    moods mood[] not null,
    amount small_positive not null,
    amounts positive[] not null,
    code code,
    shape shape,
    shapes shape[] not null,
    speeds float_range not null,
    many_speeds float_multirange not null,
    some_speeds float_range[] not null
);
create function a_shape() returns shape language sql immutable
    return row('s', array[row(1, 2, 3)::point_3d], 'sad', '{}', 1, null)::shape;
