-- name: ListShelves :many
select * from shelf;

-- name: CompareShelves :many
-- Columns without names of their own are all called alike.
select max(a.class_), max(a.class), max(b.class_), b.copy, a.copy as copy_, a."two words", b.id as class, a.class
from shelf a, shelf b
group by b.copy, a.copy, a."two words", b.id, a.class;
