-- + + - - - - - - -
SELECT count(*), count(x), max(n), sum(n), avg(n), bool_and(nb), array_agg(n), string_agg(t, ','), json_agg(n) FROM a;

-- + + + + + + + + +
SELECT count(*), count(x), max(n), sum(n), avg(n), bool_and(nb), array_agg(n), string_agg(t, ','), json_agg(n) FROM a GROUP BY nb;

-- - - - - + - + + +
SELECT max(x), sum(x), avg(x), bool_or(b), array_agg(x), string_agg(s, ','), string_agg(t, s), json_agg(x), jsonb_object_agg(t, x) FROM a GROUP BY n;

-- - - + + - - + - +
SELECT stddev(n), variance(n), stddev_pop(n), var_pop(n), stddev_samp(n), corr(n, n), covar_pop(n, n), regr_slope(n, n), regr_count(x, n) FROM a GROUP BY id;

-- - + +
SELECT max(n) FILTER (WHERE nb), count(*) FILTER (WHERE nb), coalesce(sum(n) FILTER (WHERE nb), 0) FROM a GROUP BY t;

-- + + - + + -
SELECT mode() WITHIN GROUP (ORDER BY n), percentile_cont(0.5) WITHIN GROUP (ORDER BY n), percentile_disc(0.5) WITHIN GROUP (ORDER BY x), percentile_disc(ARRAY[0.1, 0.9]) WITHIN GROUP (ORDER BY n), rank(1) WITHIN GROUP (ORDER BY n), mode() WITHIN GROUP (ORDER BY x) FROM a GROUP BY id;

-- -
SELECT percentile_cont($1) WITHIN GROUP (ORDER BY n) FROM a GROUP BY id;

-- - +
SELECT mode() WITHIN GROUP (ORDER BY n), rank(1) WITHIN GROUP (ORDER BY n) FROM a;

-- ~ -
SELECT nil(n), nil(x) FROM a GROUP BY id;

-- + + - + + + +
-- before 16: none
SELECT max(ts), min(t), max(f), bit_or(n), any_value(t), range_agg(r), every(nb) FROM a GROUP BY n;

-- + - +
SELECT n, x, count(*) FROM a GROUP BY n, x;

-- - - -
SELECT n, x, max(n) FROM a GROUP BY ROLLUP (n, x);

-- - - +
SELECT n, x, count(*) FROM a GROUP BY CUBE (n, x);

-- - - + +
SELECT n, nb, max(n), grouping(n) FROM a GROUP BY GROUPING SETS ((n), (nb));

-- - -
SELECT n, max(n) FROM a GROUP BY GROUPING SETS ((n), ());

-- + - +
-- before 18: ~ - +
SELECT n, nb, max(n) FROM a GROUP BY n, ROLLUP (nb);

-- - -
SELECT n + 1, n + 1 + nb::int FROM a GROUP BY ROLLUP (n + 1, nb);

-- + -
-- before 18: ~ -
SELECT coalesce(n, 0), upper(t) FROM a GROUP BY ROLLUP (n, upper(t));

-- +
SELECT count(*) FROM a GROUP BY ();

-- -
SELECT max(n) FROM a GROUP BY ();

-- + + -
SELECT id, t, x FROM a GROUP BY id;

-- ~
SELECT max(n) FROM a HAVING count(*) > 0;

-- + +
SELECT n, max(x) FROM a GROUP BY n HAVING max(x) IS NOT NULL;

-- + + ~
SELECT n, max(x), min(x) FROM a GROUP BY n HAVING max(x) > 1;

-- + +
SELECT x, max(n) FROM a GROUP BY x HAVING x > 1;

-- + -
-- before 18: ~ -
SELECT n, nb FROM a GROUP BY GROUPING SETS ((n), (nb)) HAVING n IS NOT NULL;

-- + +
SELECT max(x), sum(x) FROM a WHERE x IS NOT NULL GROUP BY n;

-- + +
SELECT upper(t), count(DISTINCT x) FROM a GROUP BY upper(t);

-- + + - + +
SELECT l.id, count(r.id), max(r.y), array_agg(r.y), coalesce(sum(r.y), 0) FROM a l LEFT JOIN b r ON r.a_id = l.id GROUP BY l.id;

-- + -
SELECT DISTINCT n, x FROM a;

-- + -
SELECT DISTINCT ON (n) n, x FROM a ORDER BY n, x;

-- -
SELECT (SELECT max(a.n) FROM b LIMIT 1) FROM a GROUP BY t;

-- -
SELECT (SELECT sum(a.n)) FROM a;

-- - +
SELECT q.m, q.k FROM (SELECT max(n) AS m, count(*) AS k FROM a) q;

-- + + +
-- before 16: none
SELECT JSON_ARRAYAGG(n), JSON_OBJECTAGG(t: x), JSON_ARRAYAGG(x ABSENT ON NULL) FROM a GROUP BY id;

-- - -
-- before 16: none
SELECT JSON_ARRAYAGG(n), JSON_OBJECTAGG(t: x) FROM a;

-- + + +
SELECT max(n) OVER (), max(sum(n)) OVER (), row_number() OVER () FROM a GROUP BY n;

-- + + + + + + -
SELECT row_number() OVER w, rank() OVER w, dense_rank() OVER w, percent_rank() OVER w, cume_dist() OVER w, ntile(2) OVER w, ntile(x) OVER w FROM a WHERE x > 0 OR x IS NULL WINDOW w AS (ORDER BY id);

-- - - + - - + + ~
SELECT lag(n) OVER w, lead(n) OVER w, lag(n, 1, 0) OVER w, lag(n, 1, x) OVER w, lag(x, 1, 0) OVER w, first_value(n) OVER w, last_value(n) OVER w, nth_value(n, 1) OVER w FROM a WINDOW w AS (ORDER BY id);

-- + + - + + + ?
SELECT max(n) OVER (), max(n) OVER (ORDER BY id), max(x) OVER (), sum(n) OVER (PARTITION BY nb), count(*) OVER (), count(x) OVER (ROWS BETWEEN 1 FOLLOWING AND 2 FOLLOWING), sum(n) FILTER (WHERE nb) OVER () FROM a;

-- + - - - + +
SELECT max(n) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW), max(n) OVER (ORDER BY id ROWS BETWEEN 1 FOLLOWING AND 2 FOLLOWING), max(n) OVER (ORDER BY id ROWS BETWEEN 2 PRECEDING AND 1 PRECEDING), max(n) OVER (ORDER BY id ROWS UNBOUNDED PRECEDING EXCLUDE CURRENT ROW), max(n) OVER (ORDER BY id ROWS UNBOUNDED PRECEDING EXCLUDE TIES), first_value(n) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING) FROM a;

-- - +
SELECT sum(n) FILTER (WHERE n > 5) OVER (), count(*) FILTER (WHERE n > 5) OVER () FROM a;

-- - +
SELECT max(n) FILTER (WHERE n > 5), count(*) FILTER (WHERE n > 5) FROM a GROUP BY nb;
