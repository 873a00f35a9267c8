-- + -
SELECT id, x FROM va;

-- + - - - -
SELECT * FROM vab;

-- + + - + +
SELECT * FROM vg;

-- + + - -
SELECT * FROM vfilter;

-- + - - + -
SELECT * FROM joined;

-- + + + + + +
SELECT * FROM over_view;

-- ~ + + ~
SELECT * FROM mat;

-- + + +
SELECT * FROM mat_counted;

-- ~ +
SELECT * FROM mat_over_view;

-- + -
SELECT q.n, q.x FROM (SELECT n, x FROM a) q;

-- -
SELECT q.one FROM (SELECT 1 AS one UNION ALL SELECT NULL) q;

-- +
SELECT n FROM a UNION SELECT y FROM b;

-- -
SELECT n FROM a UNION ALL SELECT x FROM b;

-- +
SELECT n FROM a INTERSECT SELECT x FROM b;

-- +
SELECT x FROM a INTERSECT SELECT y FROM b;

-- -
SELECT x FROM a INTERSECT SELECT x FROM b;

-- +
SELECT n FROM a EXCEPT SELECT x FROM b;

-- ~
SELECT x FROM a EXCEPT SELECT NULL;

-- +
(SELECT n FROM a UNION SELECT x FROM b) INTERSECT SELECT y FROM b;

-- +
(SELECT n FROM a INTERSECT SELECT x FROM b) UNION (SELECT id FROM b EXCEPT SELECT NULL);

-- + +
SELECT n, 'a' FROM a UNION SELECT 1.5, t FROM a;

-- +
SELECT n FROM a UNION ALL SELECT g FROM c ORDER BY 1 LIMIT 3;

-- -
SELECT e FROM dom UNION SELECT ee FROM dom;

-- +
SELECT ee FROM dom UNION SELECT t FROM a;

-- + -
VALUES (1, 'a'), (2, NULL);

-- + -
SELECT * FROM (VALUES (1, NULL), (2, 'a')) v (x, y);

-- + -
SELECT v.x, v.y FROM a, LATERAL (VALUES (a.n, a.x), (1, 1)) v (x, y);

-- + -
WITH q AS (SELECT n, x FROM a) SELECT * FROM q;

-- + +
WITH q AS MATERIALIZED (SELECT n, x FROM a WHERE x > 0) SELECT n, x FROM q;

-- + +
WITH q AS (SELECT 1 AS one), p AS (SELECT one + 1 AS two FROM q) SELECT q.one, p.two FROM q, p;

-- +
WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 5) SELECT n FROM r;

-- + -
WITH RECURSIVE r AS (SELECT 1 AS n, NULL::int AS p UNION ALL SELECT n + 1, n FROM r WHERE n < 5) SELECT n, p FROM r;

-- - -
WITH RECURSIVE r (x, y) AS (SELECT 1, 1 UNION ALL SELECT y, nullif(x, 1) FROM r WHERE x < 5) SELECT x, y FROM r LIMIT 5;

-- + -
WITH RECURSIVE r AS (SELECT id, a_id FROM b WHERE a_id IS NULL UNION ALL SELECT b.id, b.a_id FROM b JOIN r ON b.a_id = r.id) SELECT * FROM r;

-- + + +
WITH RECURSIVE r AS (SELECT id, ARRAY[id] AS path, 0 AS depth FROM b UNION ALL SELECT b.id, r.path || b.id, r.depth + 1 FROM b JOIN r ON b.a_id = r.id WHERE b.id <> ALL (r.path)) SELECT id, path, depth FROM r;

-- ~ -
WITH RECURSIVE r (id, up) AS (SELECT id, a_id FROM b UNION ALL SELECT b.id, r.id FROM r LEFT JOIN b ON b.id = r.up WHERE r.up < 3) SELECT * FROM r LIMIT 9;

-- - ~ ~ ~
WITH RECURSIVE r (id) AS (SELECT id FROM b UNION ALL SELECT b.a_id FROM b JOIN r ON r.id = b.id) SEARCH DEPTH FIRST BY id SET o CYCLE id SET looped USING way SELECT id, o, looped, way FROM r;

-- + -
WITH gone AS (DELETE FROM b RETURNING id, x) SELECT * FROM gone;

-- + - -
WITH made AS (INSERT INTO b (id, y) VALUES (99, 1) RETURNING id, x) SELECT m.id, m.x, a.id FROM made m LEFT JOIN a ON a.id = m.x;

-- ~ - +
WITH q AS (SELECT 1 AS one) SELECT (SELECT one FROM q), (WITH q AS (SELECT NULL AS one) SELECT one FROM q), (SELECT count(*) FROM q);

-- +
SELECT g FROM generate_series(1, 3) g;

-- + +
SELECT g, o FROM generate_series(1, $1) WITH ORDINALITY AS g (g, o);

-- +
SELECT u FROM unnest(ARRAY[1, 2]) u;

-- -
SELECT u FROM unnest($1::int[]) u;

-- -
SELECT u FROM a, unnest(a.narr) u;

-- - +
SELECT u, o FROM unnest(ARRAY[1, NULL]) WITH ORDINALITY t (u, o);

-- ~ -
SELECT u, v FROM unnest(ARRAY[1, 2], ARRAY['a']) t (u, v);

-- ~ - +
SELECT * FROM ROWS FROM (generate_series(1, 3), generate_series(1, 2)) WITH ORDINALITY t (p, q, o);

-- - -
SELECT * FROM pairs();

-- -
SELECT * FROM some_ints();

-- - ~ +
SELECT * FROM strict_null(1), tight(1), upper('a') u;

-- + +
SELECT k, v FROM jsonb_each('{"a": null}') t (k, v);

-- + -
SELECT k, v FROM jsonb_each_text('{"a": null}') t (k, v);

-- +
SELECT v FROM jsonb_array_elements('[null]') v;

-- -
SELECT v FROM jsonb_array_elements_text('[null]') v;

-- +
SELECT k FROM jsonb_object_keys('{"a": null}') k;

-- ~ -
SELECT x, y FROM jsonb_to_recordset('[{"x": 1}]') t (x int, y text);

-- ~ -
SELECT x, y FROM jsonb_to_record('{"x": 1}') t (x int, y text);

-- ~ -
-- before 17: none
SELECT jt.* FROM JSON_TABLE('[{"x": 1}, {}]', '$[*]' COLUMNS (o FOR ORDINALITY, x int PATH '$.x')) jt;

-- +
SELECT p FROM string_to_table('a,b', ',') p;

-- -
SELECT p FROM string_to_table('a,b', ',', 'a') p;

-- +
SELECT m FROM regexp_matches('ab', '(x)?a') m;

-- + +
SELECT generate_series(1, 3), 1;

-- ~ - +
SELECT generate_series(1, 3), generate_series(1, 2), n FROM a;

-- ~ -
SELECT generate_series(1, 3) + 1, unnest(ARRAY[1]) FROM a;

-- - +
SELECT unnest(arr), id FROM a;

-- +
SELECT coalesce(q.g, 0) FROM (SELECT generate_series(1, 3) AS g, generate_series(1, 2) AS h) q;

-- +
SELECT d FROM generate_series('2020-01-01'::timestamptz, '2020-01-03', '1 day') d;

-- + - +
SELECT x.* FROM a, LATERAL (SELECT a.n, a.x, b.y FROM b WHERE b.a_id = a.id) x;

-- + +
SELECT * FROM (SELECT n FROM a LIMIT 1) q, (SELECT x FROM a WHERE x IS NOT NULL ORDER BY x) r;

-- + + - - + - - + - + + + + + +
SELECT a.*, q.total FROM a JOIN (SELECT a_id, sum(y) AS total FROM b GROUP BY a_id) q ON q.a_id = a.id;

-- +
SELECT n FROM a FOR UPDATE;

-- +
SELECT n FROM a TABLESAMPLE SYSTEM (100);

-- + + + +
SELECT v.id, v.r_id, v.y, v.total FROM joined v WHERE v.y IS NOT NULL;

-- + + -
SELECT v.id, v.b_id, v.s FROM vab v WHERE v.y > 0;

-- + - -
SELECT l.n, v.b_id, v.y FROM a l LEFT JOIN vab v ON v.id = l.id AND v.b_id > 0;

-- + + -
SELECT q.r_id, q.y, q.x FROM (SELECT l.id, r.id AS r_id, r.y, r.x FROM a l LEFT JOIN b r ON r.a_id = l.id) q WHERE q.y > 0;

-- + +
SELECT q.r_id, q.y FROM (SELECT DISTINCT r.id AS r_id, r.y FROM a l LEFT JOIN b r ON r.a_id = l.id LIMIT 5) q WHERE q.y > 0;

-- + ~
-- before 18: + +
SELECT q.y, q.m FROM (SELECT r.y, max(r.y) AS m FROM a l LEFT JOIN b r ON r.a_id = l.id GROUP BY r.y) q WHERE q.y > 0;

-- + ~
SELECT q.m, q.y FROM (SELECT n, max(x) AS m, min(x) AS y FROM a GROUP BY n) q WHERE q.m > 0;

-- +
SELECT q.total FROM (SELECT x + n AS total, x FROM a) q WHERE q.x > 0;

-- +
SELECT q.x FROM (SELECT x + n AS total, x FROM a) q WHERE q.total > 0;

-- + -
SELECT q.x, q.s FROM (SELECT * FROM (SELECT x, s FROM a) p) q WHERE q.x > 0;

-- +
SELECT q.x FROM (SELECT x FROM a UNION ALL SELECT x FROM b) q WHERE q.x > 0;

-- ~ +
SELECT q.g, q.h FROM (SELECT generate_series(1, 3) AS g, generate_series(1, 2) AS h) q WHERE q.h > 0;

-- -
SELECT q.m FROM (SELECT x, first_value(x) OVER (ORDER BY id DESC) AS m FROM a) q WHERE q.x > 0;

-- -
SELECT q.m FROM (SELECT p.x, first_value(p.x) OVER (ORDER BY p.id DESC) AS m FROM (SELECT id, x FROM a) p) q WHERE q.x > 0;

-- -
SELECT CASE WHEN x IS NOT NULL THEN first_value(x) OVER (ORDER BY id DESC) ELSE 0 END FROM a;

-- -
SELECT coalesce(first_value(l.id) OVER (ORDER BY l.id NULLS FIRST), first_value(r.id) OVER (ORDER BY r.id NULLS FIRST)) FROM a l FULL JOIN b r ON r.a_id = l.id;

-- +
SELECT first_value(x) OVER (ORDER BY id DESC) FROM a WHERE x > 0;

-- -
SELECT CASE WHEN nb THEN max(x) ELSE 0 END FROM a GROUP BY nb;

-- -
SELECT x FROM a EXCEPT SELECT y FROM b;

-- - +
SELECT q.x, q.n FROM (SELECT x, n FROM a EXCEPT ALL SELECT y, y FROM b) q;
