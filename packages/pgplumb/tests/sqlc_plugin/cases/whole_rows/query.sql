-- name: ListChoirs :many
select * from choir;

-- name: GatherSingers :one
select array_agg(singer)::singer[] as singers, count(*) as size from singer;

-- name: AddChoir :exec
insert into choir (leader, members) values (@leader, @members);

-- name: ListDuets :many
select * from duet order by name;

-- name: Leaders :many
select leader from choir;

-- name: AllSingers :one
select array(select (singer.*)::singer from singer order by id) || array_agg(leader) as everybody, array(select (s.*)::singer from singer as s order by s.id) as stored
from choir;

-- name: ListHolders :many
select * from holder;

-- name: AddHolder :one
insert into holder (free, leaders) values (@free, @leaders) returning *;

-- name: ListTours :many
select * from tour;

-- name: GatherTours :one
select array_agg(tour) as tours from tour;
