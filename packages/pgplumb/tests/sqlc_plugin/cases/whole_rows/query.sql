-- name: ListChoirs :many
select * from choir;

-- name: GatherSingers :one
select array_agg(singer)::singer[] as singers, count(*) as size from singer;

-- name: AddChoir :exec
insert into choir (leader, members) values (@leader, @members);
