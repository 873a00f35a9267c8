-- name: InsertSample :one
insert into sample (a_line, an_lseg, a_path, a_polygon, a_circle, a_macaddr8, an_xid, an_xid8, a_cid, a_tid, a_snapshot, a_byte, a_cursor, a_regproc, a_regprocedure, a_regoper, a_regoperator, a_regtype, a_regrole, a_regnamespace, a_regconfig, a_regdictionary, a_regcollation, an_lquery, an_ltxtquery, a_cube, a_seg, an_int8multirange, a_nummultirange, a_datemultirange, a_tsmultirange, some_int4, some_oid, some_float8, some_money, some_varchar, some_char, some_name, some_time, some_timetz, some_timestamp, some_timestamptz, some_interval, some_inet, some_cidr, some_macaddr, some_macaddr8, some_bit, some_varbit, some_json, some_point, some_box, some_pg_lsn, some_regclass, some_numrange, some_daterange, some_tsrange, some_tstzrange, some_nummultirange, some_datemultirange, some_cube)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $44, $45, $46, $47, $48, $49, $50, $51, $52, $53, $54, $55, $56, $57, $58, $59, $60, $61)
returning *;

-- name: ListSamples :many
select * from sample;

-- name: CopySamples :copyfrom
insert into sample (a_line, an_lseg, a_path, a_polygon, a_circle, a_macaddr8, an_xid, an_xid8, a_cid, a_tid, a_snapshot, a_byte, a_cursor, a_regproc, a_regprocedure, a_regoper, a_regoperator, a_regtype, a_regrole, a_regnamespace, a_regconfig, a_regdictionary, a_regcollation, an_lquery, an_ltxtquery, a_cube, a_seg, an_int8multirange, a_nummultirange, a_datemultirange, a_tsmultirange, some_int4, some_oid, some_float8, some_money, some_varchar, some_char, some_name, some_time, some_timetz, some_timestamp, some_timestamptz, some_interval, some_inet, some_cidr, some_macaddr, some_macaddr8, some_bit, some_varbit, some_json, some_point, some_box, some_pg_lsn, some_regclass, some_numrange, some_daterange, some_tsrange, some_tstzrange, some_nummultirange, some_datemultirange, some_cube)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $44, $45, $46, $47, $48, $49, $50, $51, $52, $53, $54, $55, $56, $57, $58, $59, $60, $61);

-- name: Polymorphic :one
select
    array_append(some_int4, 7) as appended, (array_agg(a_tsmultirange))[1] as element,
    coalesce(max(some_time), '{}') as greatest, unnest(a_nummultirange) as unnested,
    range_merge(a_datemultirange) as merged, array_position(some_inet, '::1') as place,
    (select min(each) from unnest(some_interval) as each) as least
from sample group by some_int4, a_nummultirange, a_datemultirange, some_inet, some_interval;
