-- name: Get :one
select id from t;
