-- + - + + + + + + +
SELECT n + 1, n - x, -n, n * n, n / 2, n % 2, n::bigint, n::text, n::numeric FROM a;

-- + - + + - + + + + -
SELECT t || 'x', t || s, t || n, upper(t), lower(s), length(t), left(t, 2), t LIKE 'a%', t ~ 'a', t ~* s FROM a;

-- + - + + + - +
SELECT substring(t, 1, 2), substring(t from 'a(b)?'), regexp_replace(t, 'a', 'b'), split_part(t, ',', 1), strpos(t, 'a'), regexp_match(t, 'a'), position('a' in t) FROM a;

-- + + - + - + +
SELECT concat(s, x), concat_ws(',', s, x), concat_ws(s, 'a'), format('%s', s), format(s), quote_literal(t), quote_nullable(s) FROM a;

-- - + +
SELECT concat(VARIADIC arr), concat(VARIADIC narr), format('%s', VARIADIC narr) FROM a WHERE narr <> '{}';

-- + - + +
SELECT coalesce(x, 0), coalesce(x, s::int), coalesce(x, n), coalesce(NULL, x, 1) FROM a WHERE s IS NULL OR s ~ '^\d';

-- + + - - -
SELECT greatest(x, n), least(x, 1), greatest(x, NULL), nullif(n, 1), nullif(t, '') FROM a;

-- + + + + + - + -
SELECT x IS NULL, x IS NOT NULL, b IS TRUE, b IS UNKNOWN, x IS DISTINCT FROM 1, x = 1, n = 1, n = x FROM a;

-- - + + + - ~
SELECT nb AND b, nb AND n = 1, nb OR true, NOT nb, NOT b, b OR true FROM a;

-- + - - - + - + + +
SELECT n IN (1, 2), x IN (1, 2), n IN (1, NULL), n = ANY (narr), n = ANY ('{1,2}'), n = ANY ('{1,NULL}'), n = ANY (ARRAY[n, 1]), n BETWEEN 1 AND 2, n <> ALL ('{}') FROM a;

-- + - -
SELECT CASE WHEN nb THEN 1 ELSE 2 END, CASE WHEN nb THEN 1 END, CASE n WHEN 1 THEN 'a' ELSE s END FROM a;

-- + + + ~ - + + + + -
SELECT ROW(x, s), ARRAY[x], ARRAY[x, NULL], (ARRAY[1, 2])[1], arr[1], ARRAY[arr], narr || x, array_append(arr, x), array_cat(arr, narr), array_cat(arr, arr) FROM a;

-- - + - + + + - - +
SELECT array_length(narr, 1), cardinality(narr), array_position(narr, 1), array_positions(narr, 1), array_to_string(narr, ','), array_to_string(narr, ',', s), array_remove(arr, 1), string_to_array(s, ','), string_to_array(t, ',') FROM a;

-- + + + + + ? + + +
SELECT now(), current_date, current_timestamp, localtime, current_user, current_schema, current_catalog, clock_timestamp(), statement_timestamp();

-- + + ~ + + + ~ + ~ ~ + +
SELECT ts + interval '1 day', ts::date, ts::time, age(ts, now()), date_trunc('day', ts), extract(epoch from ts), extract(hour from ts), date_part('year', ts), date_part('day', ts), to_char(ts, 'YYYY'), ts AT TIME ZONE 'UTC', ts > now() FROM a WHERE isfinite(ts);

-- - - - +
SELECT ts::time, extract(hour from ts), to_char(ts, 'YYYY'), extract(year from ts) FROM a;

-- + + + + + + +
SELECT extract(epoch from interval '1 day'), extract(hour from time '12:00'), make_date(2020, 1, 1), make_interval(days => 1), interval '1 day' * 2, date '2020-01-01' - date '2019-01-01', date '2020-01-01' + 1;

-- - - - - + + + + + + + +
SELECT j -> 'k', j ->> 'k', j #> '{k}', j #>> '{k}', j ? 'k', j || '{}', j @> '{}', jsonb_typeof(j), j::text, jsonb_set(j || '{}', '{k}', '1'), jsonb_array_length('[]'), j - 'k' FROM a WHERE jsonb_typeof(j) = 'object';

-- ?
SELECT (j -> 'k')::int FROM a WHERE false;

-- + + + - + - ~ + +
SELECT jsonb_build_object('a', x), json_build_array(x), to_jsonb(n), to_jsonb(x), row_to_json(a), jsonb_path_query_first(j, '$.x'), jsonb_path_exists(j, '$.k'), jsonb_path_query_array(j, '$.x'), jsonb_strip_nulls(j) FROM a;

-- + + ? + + + +
-- before 17: none
SELECT JSON_OBJECT('a': x), JSON_ARRAY(x), JSON_SCALAR(x), JSON_SCALAR(n), JSON_OBJECT('a': x RETURNING jsonb), JSON_ARRAY(x RETURNING text), JSON(t::text) FROM a WHERE t IS JSON;

-- - - ~ + -
-- before 17: none
SELECT JSON_VALUE(j, '$.k'), JSON_QUERY(j, '$.k'), JSON_EXISTS(j, '$.k'), t IS JSON, s IS JSON FROM a;

-- - - + + + + +
SELECT lower(r), upper(r), isempty(r), r && '[1,2)', r @> 1, int4range(x, 100), r * '[1,3)' FROM a;

-- + + + - + - + - - - - +
SELECT ARRAY(SELECT x FROM a), EXISTS (SELECT FROM a), (SELECT 1), (SELECT x FROM a LIMIT 1), (SELECT count(*) FROM a), (SELECT max(n) FROM a), (SELECT coalesce(max(n), 0) FROM a), (SELECT count(*) FROM a GROUP BY n LIMIT 1), (SELECT count(*) FROM a LIMIT 0), (SELECT count(*) FROM a OFFSET 1), (SELECT count(*) FROM a HAVING count(*) > 9), (SELECT count(*) FROM a LIMIT 1);

-- + - - + + + + -
SELECT n IN (SELECT n FROM a), n IN (SELECT x FROM a), x IN (SELECT n FROM a), n = ANY (SELECT id FROM b), n > ALL (SELECT id FROM b), n NOT IN (SELECT y FROM b), (n, n) IN (SELECT id, y FROM b), (n, t) = (SELECT id, s FROM b LIMIT 1) FROM a;

-- + - - ~
SELECT (SELECT a.n), (SELECT a.x), (SELECT a.n WHERE a.nb), (SELECT l.n FROM (VALUES (1)) v) FROM a, a l;

-- ~ ~ - - - + + + + +
SELECT loose(1), tight(1), strict_null(1), 1 === 1, x::text, random(), gen_random_uuid(), nextval('gen_serial_seq'), md5(t), pg_typeof(x) FROM a;

-- + + + + +
SELECT 'a@b'::email, s::email, x::soft, n::soft, 'a@b'::sub_email::text FROM a WHERE s LIKE '%@%' AND n > 0 AND x > 0;

-- + - + + + + + +
SELECT t COLLATE "C", s COLLATE "C", t::varchar(2), t::bpchar, n::float4::int, m::text, 'low'::mood, nb::int FROM a;

-- + - + - - + -
SELECT id::regclass::text, to_regclass('nope'), 'pg_class'::regclass, obj_description(1::oid), pg_get_viewdef(1::oid), current_setting('search_path'), current_setting('a.b', true) FROM b;

-- + + + + +
SELECT encode(sha256(t::bytea), 'hex'), decode('00', 'hex'), '\x00'::bytea, get_byte('\x00', 0), bit_length(t) FROM a;

-- + + + + -
SELECT '10.0.0.1'::inet, host('10.0.0.1'), '10.0.0.1'::inet << '10.0.0.0/8', point(1, 2) <-> point(0, 0), '(0,0),(1,1)'::box # '(5,5),(6,6)'::box;

-- + - + + +
SELECT to_tsvector(t), to_tsvector(s), to_tsvector(t) @@ to_tsquery('a'), ts_rank(to_tsvector(t), to_tsquery('a')), plainto_tsquery(t) FROM a;

-- - + + + + + + + + - -
SELECT round(f), round(1.5), round(n::numeric, 1), abs(n), sqrt(n::float8 + 1), power(2, n), ceil(1.5), trunc(1.5), width_bucket(1.5, 0, 2, 3), n / nullif(n, 0), scale('NaN') FROM a;

-- ~ - -
SELECT pairs(), as_pair(1), (pairs()).x FROM b;

-- +
-- without xml: none
SELECT xmlelement(name a);
