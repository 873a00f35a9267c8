-- name: ListReviews :many
-- stream: 100
select * from review order by id;

-- name: ListTitles :many
-- Title is asserted, so it is validated; the key is vouched for by PostgreSQL.
-- non-null: title
select id, title from review order by id;

-- name: ListPrices :many
select id, price from review order by id;

-- name: CopyReviews :copyfrom
insert into review (id, stars, title, price, written_at, mood, tags, details)
values ($1, $2, $3, $4, $5, $6, $7, $8);
