-- name: CopyReadings :copyfrom
insert into reading (id, small, whole, ratio, exact, amount, name, code, data, day, at, local_at, moment, lasting, key, document, ok, mood, names, numbers, amounts, raw, short, sizes)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24);

-- name: ListReadings :many
select * from reading;
