create table author (id bigint primary key, name text not null, bio text);
create table book (id bigint primary key, author_id bigint references author (id), editor_id bigint references author (id), title text not null);
create table remark (book_id bigint, note text);
create view shelf as select id, title from book;
create view latest as select book_id, max(note) as "from" from remark group by book_id;
