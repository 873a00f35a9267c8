-- name: Swapped :copyfrom
insert into item (id, name) values ($2, $1);

-- name: Aliased :copyfrom
insert into item as it (id, name) values ($1, $2);

-- name: IntoView :copyfrom
insert into named (id, name) values ($1, $2);

-- name: OwnCopy :exec
copy item from stdin;

-- name: Fine :copyfrom
insert into item (id, name) overriding system value values ($1, $2);
