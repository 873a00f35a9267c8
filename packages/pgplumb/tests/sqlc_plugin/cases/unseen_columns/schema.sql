-- sqlc looks into no DO block.
create table singer (id int primary key, name text not null);
create table song (id int primary key, singer_id int references singer, title text not null);
do $$ begin
    alter table singer add column initial text generated always as (left(name, 1)) stored;
end $$;
