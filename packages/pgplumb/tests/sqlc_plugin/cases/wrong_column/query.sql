-- name: ListItems :many
select * from item;

-- name: Wrong :many
select item.*
from item
where item.nosuch = @value;
