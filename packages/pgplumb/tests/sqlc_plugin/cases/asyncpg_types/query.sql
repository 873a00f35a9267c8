-- name: InsertSample :one
insert into sample (a_bool, a_int2, a_int4, a_int8, a_oid, a_float4, a_float8, a_numeric, a_money, a_text, a_varchar, a_char, a_name, a_citext, a_bytea, a_date, a_time, a_timetz, a_timestamp, a_timestamptz, an_interval, a_uuid, an_inet, a_cidr, a_macaddr, a_bit, a_varbit, a_json, a_jsonb, a_point, a_tsvector, a_pg_lsn, an_hstore, an_ltree, an_int4range, an_int8range, a_numrange, a_daterange, a_tsrange, a_tstzrange, an_int4multirange, a_tstzmultirange, some_bool, some_int2, some_int8, some_float4, some_numeric, some_text, some_uuid, some_jsonb, some_date, some_int8range, some_bytea, a_tsquery, a_box, a_regclass, a_jsonpath)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $44, $45, $46, $47, $48, $49, $50, $51, $52, $53, $54, $55, $56, $57)
returning *;

-- name: ListSamples :many
select * from sample;

-- name: CopySamples :copyfrom
insert into sample (a_bool, a_int2, a_int4, a_int8, a_oid, a_float4, a_float8, a_numeric, a_money, a_text, a_varchar, a_char, a_name, a_citext, a_bytea, a_date, a_time, a_timetz, a_timestamp, a_timestamptz, an_interval, a_uuid, an_inet, a_cidr, a_macaddr, a_bit, a_varbit, a_json, a_jsonb, a_point, a_tsvector, a_pg_lsn, an_hstore, an_ltree, an_int4range, an_int8range, a_numrange, a_daterange, a_tsrange, a_tstzrange, an_int4multirange, a_tstzmultirange, some_bool, some_int2, some_int8, some_float4, some_numeric, some_text, some_uuid, some_jsonb, some_date, some_int8range, some_bytea, a_tsquery, a_box, a_regclass, a_jsonpath)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $44, $45, $46, $47, $48, $49, $50, $51, $52, $53, $54, $55, $56, $57);

-- name: HasInt8 :one
select true as found from sample where @element::int8range @> a_int8 and a_int8 <@ @element;

-- name: FindByArray :many
select a_int8 from sample where some_int8 = $1;

-- name: FindByElement :many
select a_int8 from sample where an_int8range @> a_int8 and some_int8 && @any_of and a_float4 = @real;
