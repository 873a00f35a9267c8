-- name: Copy :copyfrom
insert into item (name, note) values (lower($1), $2);
