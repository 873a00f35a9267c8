-- + -
SELECT x, s FROM a WHERE x IS NOT NULL;

-- + -
SELECT x, s FROM a WHERE x = 1;

-- + -
SELECT x, s FROM a WHERE x = $1;

-- + +
SELECT x, $1::int FROM a WHERE x = $1;

-- + +
SELECT x, s FROM a WHERE s LIKE '%a%' AND x < 3;

-- - -
SELECT x, s FROM a WHERE x = 1 OR s = 'a';

-- +
SELECT x FROM a WHERE x = 1 OR x > 2 OR x IS NOT NULL;

-- + +
SELECT x, s FROM a WHERE (x = 1 AND s = 'a') OR (x = 2 AND s <> 'b');

-- +
SELECT x FROM a WHERE x IN (1, 2, 3);

-- +
SELECT x FROM a WHERE x NOT IN (1, 2);

-- +
SELECT x FROM a WHERE x IN (1, NULL);

-- +
SELECT x FROM a WHERE x = ANY ($1);

-- ?
SELECT x FROM a WHERE x <> ALL ($1);

-- -
SELECT x FROM a WHERE x <> ALL ('{}');

-- - +
SELECT x, arr FROM a WHERE 1 = ANY (arr);

-- - +
SELECT x, arr FROM a WHERE x = ALL (arr);

-- +
SELECT x FROM a WHERE x BETWEEN 1 AND 3;

-- +
SELECT x FROM a WHERE x NOT BETWEEN 1 AND 1;

-- +
SELECT x FROM a WHERE NOT (x IS NULL);

-- + +
SELECT x, s FROM a WHERE NOT (x IS NULL OR s IS NULL);

-- - -
SELECT x, s FROM a WHERE NOT (x IS NULL AND s IS NULL);

-- +
SELECT x FROM a WHERE (x > 1) IS TRUE;

-- -
SELECT x FROM a WHERE (x > 1) IS NOT TRUE;

-- +
SELECT x FROM a WHERE (x > 1) IS NOT UNKNOWN;

-- +
SELECT x FROM a WHERE (x > 1) IS FALSE;

-- +
SELECT x FROM a WHERE NOT ((x > 1) IS NOT FALSE);

-- +
SELECT b FROM a WHERE b;

-- +
SELECT b FROM a WHERE NOT b;

-- +
SELECT b FROM a WHERE b IS NOT NULL AND NOT nb;

-- +
SELECT x FROM a WHERE x IS DISTINCT FROM NULL;

-- +
SELECT x FROM a WHERE x IS NOT DISTINCT FROM 1;

-- -
SELECT x FROM a WHERE x IS NOT DISTINCT FROM $1;

-- -
SELECT x FROM a WHERE x IS DISTINCT FROM 1;

-- +
SELECT x FROM a WHERE coalesce(x > 1, false);

-- -
SELECT x FROM a WHERE coalesce(x > 1, true);

-- +
SELECT x FROM a WHERE NOT coalesce(x > 1, true);

-- -
SELECT x FROM a WHERE coalesce(x, 1) = 1;

-- + +
SELECT x, n FROM a WHERE x + n > 1;

-- +
SELECT x FROM a WHERE x::text LIKE '1%';

-- +
SELECT x FROM a WHERE x::float8 > 0;

-- +
SELECT x FROM a WHERE tight(x) > 0;

-- -
SELECT x FROM a WHERE loose(x) > 0;

-- +
SELECT x FROM a WHERE x === 1;

-- + +
SELECT x, s FROM a WHERE (x, s) = (1, 'a');

-- + +
SELECT x, s FROM a WHERE (x, s) IN ((1, 'a'), (2, 'b'));

-- + +
SELECT x, s FROM a WHERE ROW(x, s) IS NOT NULL;

-- - -
SELECT x, s FROM a WHERE NOT (ROW(x, s) IS NULL);

-- + -
SELECT l.id, r.id FROM a l LEFT JOIN b r ON r.a_id = l.id WHERE r IS NOT NULL;

-- + -
SELECT l.id, r.id FROM a l LEFT JOIN b r ON r.a_id = l.id WHERE NOT (r IS NULL);

-- + -
SELECT l.id, r.id FROM a l LEFT JOIN b r ON r.a_id = l.id WHERE r.id IS NULL;

-- +
SELECT x FROM a WHERE EXISTS (SELECT FROM b WHERE b.x = a.x);

-- -
SELECT x FROM a WHERE NOT EXISTS (SELECT FROM b WHERE b.x = a.x);

-- -
SELECT x FROM a WHERE EXISTS (SELECT count(*) FROM b WHERE b.x = a.x);

-- -
SELECT x FROM a WHERE EXISTS (SELECT FROM b WHERE b.x = a.x HAVING true);

-- +
SELECT x FROM a WHERE EXISTS (SELECT FROM b WHERE b.x = a.x GROUP BY b.y);

-- +
SELECT x FROM a WHERE x IN (SELECT y FROM b);

-- -
SELECT x FROM a WHERE x NOT IN (SELECT y FROM b);

-- +
SELECT x FROM a WHERE x = (SELECT max(y) FROM b);

-- -
SELECT x FROM a WHERE x > ALL (SELECT y FROM b);

-- + -
SELECT j ->> 'k', j ->> 'z' FROM a WHERE j ->> 'k' IS NOT NULL;

-- + + +
SELECT j ->> 'k', length(j ->> 'k'), (j ->> 'k')::text FROM a WHERE j ->> 'k' <> '';

-- -
SELECT j -> 'k' ->> 'z' FROM a WHERE j -> 'k' IS NOT NULL;

-- + +
SELECT arr[1], arr FROM a WHERE arr[1] > 0;

-- +
SELECT random() FROM a WHERE nullif(random() > 0, false);

-- + +
SELECT CASE WHEN x IS NOT NULL THEN x ELSE 0 END, CASE WHEN x IS NULL THEN 0 ELSE x END FROM a;

-- + -
SELECT CASE WHEN x > 1 THEN x ELSE 0 END, CASE WHEN NOT (x > 1) THEN 0 ELSE x END FROM a;

-- + +
SELECT CASE x WHEN 1 THEN x ELSE 0 END, CASE WHEN x IS NULL OR s IS NULL THEN '' ELSE s || x END FROM a;

-- +
SELECT CASE WHEN x IS NULL THEN 1 WHEN s IS NULL THEN x ELSE length(s) + x END FROM a;

-- -
SELECT CASE WHEN x IS NULL AND s IS NULL THEN 1 ELSE x END FROM a;

-- -
SELECT CASE WHEN x = 1 THEN 1 END FROM a;

-- + -
SELECT count(*), $1::int FROM a WHERE x = $1;

-- - -
SELECT (SELECT a.x FROM b WHERE b.y = a.x LIMIT 1), (SELECT coalesce(max(b.y), a.x) FROM b WHERE b.y = a.x) FROM a;

-- +
SELECT l.x FROM a l JOIN b r ON l.x = r.x;

-- +
SELECT q.x FROM (SELECT x FROM a) q WHERE q.x > 0;

-- +
SELECT q.x FROM (SELECT x FROM a OFFSET 0) q WHERE q.x IS NOT NULL;
