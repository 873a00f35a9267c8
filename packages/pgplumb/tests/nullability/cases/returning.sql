-- + - - + - -
INSERT INTO b (id, y) VALUES (100, 1) RETURNING *;

-- + - +
INSERT INTO b (id, y) VALUES ($1, $2) RETURNING id, x, y;

-- + + -
INSERT INTO b (id, y) SELECT id + 100, n FROM a RETURNING id, y, x;

-- + - +
INSERT INTO b (id, y) VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET x = excluded.x RETURNING id, x, y;

-- + -
INSERT INTO b (id, y) VALUES (1, 1) ON CONFLICT DO NOTHING RETURNING id, x;

-- - + - + +
-- before 18: none
INSERT INTO b (id, y) VALUES (100, 1) RETURNING old.id, new.id, old, new, b;

-- - + +
-- before 18: none
INSERT INTO b (id, y) VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET y = 2 RETURNING old.id, new.id, coalesce(old.y, new.y);

-- + + - - + ~ +
INSERT INTO gen (x) VALUES (NULL) RETURNING *;

-- +
INSERT INTO b DEFAULT VALUES RETURNING id;

-- + - +
UPDATE b SET x = NULL RETURNING id, x, y;

-- + - + -
-- before 18: none
UPDATE b SET x = NULL WHERE x IS NOT NULL RETURNING id, x, old.x, new.x;

-- + + - +
UPDATE b SET y = y + 1 FROM a WHERE a.id = b.a_id RETURNING b.id, a.id, a.x, b.a_id;

-- + + -
UPDATE b SET y = 1 FROM a LEFT JOIN c ON c.x = a.id WHERE a.id = b.a_id RETURNING b.id, a.id, c.g;

-- + + - + - -
UPDATE b SET y = 1 WHERE a_id = $1 RETURNING *;

-- - + + +
UPDATE b SET x = 1 RETURNING (SELECT max(n) FROM a), (SELECT b.x), (SELECT b.id), EXISTS (SELECT FROM a WHERE a.id = b.x);

-- -
UPDATE a SET j = 'null' WHERE j ->> 'k' IS NOT NULL RETURNING j ->> 'k';

-- + - - + - -
DELETE FROM b RETURNING *;

-- + + + - -
-- before 18: none
DELETE FROM b WHERE x IS NOT NULL RETURNING id, x, old.x, new.x, new.id;

-- +
DELETE FROM a WHERE j ->> 'k' IS NOT NULL RETURNING j ->> 'k';

-- + + -
DELETE FROM b USING a WHERE a.id = b.a_id RETURNING b.a_id, a.id, a.x;

--
DELETE FROM b WHERE id = 1;

-- + + - + - - +
-- before 18: none
MERGE INTO b USING a ON a.id = b.id WHEN MATCHED THEN UPDATE SET x = a.x WHEN NOT MATCHED THEN INSERT (id, y) VALUES (a.id, 1) RETURNING merge_action(), b.id, b.x, a.id, a.x, old.id, new.id;

-- + + + +
-- before 18: none
MERGE INTO b USING a ON a.id = b.id WHEN MATCHED THEN DELETE RETURNING merge_action(), b.id, a.id, old.id;

-- + -
-- before 17: none
MERGE INTO b USING a ON a.id = b.id WHEN NOT MATCHED BY SOURCE THEN DELETE RETURNING b.id, a.id;

-- + - +
-- before 17: none
MERGE INTO b USING (SELECT a.id, c.g FROM a LEFT JOIN c ON c.x = a.id) s ON s.id = b.id WHEN MATCHED THEN DO NOTHING WHEN NOT MATCHED THEN INSERT (id, y) VALUES (s.id, 1) RETURNING s.id, s.g, b.y;

-- + - + +
UPDATE va SET x = NULL RETURNING id, x, s, n;

-- + - + +
UPDATE simple SET x = NULL WHERE x IS NOT NULL RETURNING id, x, n, up;

-- + - +
UPDATE over_simple SET x = NULL RETURNING id, x, n;

-- + + +
DELETE FROM simple RETURNING id, x, up;

-- - -
INSERT INTO triggered VALUES (50, 1) RETURNING id, n;

-- - -
UPDATE triggered SET n = 1 RETURNING id, n;

-- +
DELETE FROM simple WHERE id = 1 RETURNING simple;

-- - -
UPDATE ruled SET x = 2 RETURNING id, x;

-- ~ ~
DELETE FROM ruled RETURNING id, x;

-- + - -
UPDATE stamped SET x = 1, y = 2 RETURNING id, x, y;

-- + + -
UPDATE parent SET id = id RETURNING id, x, y;

-- + - +
UPDATE part SET g = 1 RETURNING id, x, g;

-- ?
INSERT INTO far VALUES (1, 1) RETURNING id;

-- ?
UPDATE near SET x = 1 RETURNING id;

-- + + +
INSERT INTO dom (id, ee, pn) VALUES (9, 'a@b', ROW(1, 'a')) RETURNING id, ee, pn;

-- + + - + +
INSERT INTO a (id, n, t, nb, narr, ts, j, m, r) VALUES (90, 1, '', true, '{}', now(), '{}', 'low', '(,)') RETURNING id, upper(t), s, n + 1, a;

-- + -
WITH gone AS (DELETE FROM b WHERE s IS NOT NULL RETURNING b.*) INSERT INTO b SELECT id + 100, NULL, NULL, y, NULL, NULL FROM gone RETURNING id, s;

-- + -
UPDATE b SET x = 1 RETURNING x, s;

-- + + +
UPDATE b SET x = y, s = s || 'a' WHERE s IS NOT NULL RETURNING x, s, b.s || 'x';

-- - + -
UPDATE b SET x = coalesce(x, 0) + $1 WHERE a_id = 1 RETURNING x, a_id, flag;

-- + - +
UPDATE b SET x = a.n, s = a.s FROM a WHERE a.id = b.a_id RETURNING b.x, b.s, b.a_id;

-- - -
UPDATE b SET (x, s) = (SELECT n, t FROM a LIMIT 1) RETURNING x, s;

-- + ~ -
UPDATE gen SET x = 1 RETURNING x, doubled, made;

-- + ~
UPDATE gen SET serial = 1 WHERE doubled = 2 AND x > 0 RETURNING x, doubled;

-- ~
UPDATE parent SET y = 1 RETURNING y;

-- ~
UPDATE va SET x = 1 WHERE x > 0 RETURNING x;

-- + ~
UPDATE dom SET s = 1, p.one = 1 WHERE id = 1 RETURNING s, p;

-- + - -
INSERT INTO b (id, y, x, s) VALUES (100, 1, 2, NULL) RETURNING x, s, flag;

-- +
INSERT INTO b (id, y, x) SELECT id + 100, 1, n FROM a RETURNING x;

-- -
INSERT INTO b (id, y, x) VALUES (100, 1, 2), (101, 1, NULL) RETURNING x;

-- +
INSERT INTO b (id, y, x) VALUES (100, 1, 2), (101, 1, 3) RETURNING x;

-- + -
INSERT INTO b (id, y, x, s) VALUES (1, 1, 2, 'a') ON CONFLICT (id) DO UPDATE SET x = 3 RETURNING x, s;

-- + ~
INSERT INTO b (id, y, x, s) VALUES (1, 1, 2, 'a') ON CONFLICT (id) DO UPDATE SET x = excluded.y, s = excluded.s RETURNING x, s;

-- +
INSERT INTO b (id, y, x) VALUES (1, 1, 2) ON CONFLICT DO NOTHING RETURNING x;

-- -
INSERT INTO stamped VALUES (7, 1, 1) RETURNING x;

-- ~ + +
-- before 18: none
MERGE INTO b USING a ON a.id = b.id WHEN MATCHED THEN UPDATE SET x = 1 RETURNING b.x, old.id, new.id;
