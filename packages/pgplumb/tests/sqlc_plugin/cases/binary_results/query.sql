-- name: ListParcels :many
-- stream: 100
select * from parcel;

-- name: GetParcels :batchone
select * from parcel where id = $1;

-- name: FindStates :many
select state from parcel where label = $1;

-- name: CountParcels :one
select state, count(*) as parcels, sum(weight) as weight from parcel group by state;

-- name: ListPostage :many
-- money is its text form, so all of these rows come as text.
select sqlc.embed(parcel), postage.price
from postage join parcel on parcel.id = postage.parcel_id;

-- name: DeleteParcel :execrows
delete from parcel where id = $1;
