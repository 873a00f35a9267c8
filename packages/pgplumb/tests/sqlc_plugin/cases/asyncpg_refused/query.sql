-- name: ListClubs :many
select id, founder from club;

-- name: FindClub :one
select id from club where pairs = @pairs;

-- name: GetWords :one
select words from club where id = @id;

-- name: GetPath :one
select path from club where id = @id;

-- name: Anonymous :one
select id, row(1, since) as both from club;

-- name: CopyClubs :copyfrom
insert into club (id, since, pairs) values ($1, $2, $3);

-- name: ListSince :many
select since from club;

-- name: GetLabels :one
select labels from labelled where labels = @labels;

-- name: Split :one
select cardinality(@numbers::int2vector) as count;
