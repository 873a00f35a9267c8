-- name: ListSingers :many
select * from singer;

-- name: ListSongs :many
select song.title, sqlc.embed(singer), song.id
from song left join singer on singer.id = song.singer_id;

-- name: AddSinger :one
insert into singer (id, name) values ($1, $2) returning sqlc.embed(singer), id + 1 as next_id;
