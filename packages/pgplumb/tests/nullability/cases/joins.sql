-- + + + -
SELECT l.id, r.id, r.y, r.x FROM a l JOIN b r ON r.a_id = l.id;

-- + - -
SELECT l.id, r.id, r.y FROM a l LEFT JOIN b r ON r.a_id = l.id;

-- - + +
SELECT l.id, r.id, r.y FROM a l RIGHT JOIN b r ON r.a_id = l.id;

-- - - -
SELECT l.id, r.id, r.y FROM a l FULL JOIN b r ON r.a_id = l.id;

-- + +
SELECT l.id, r.id FROM a l CROSS JOIN b r;

-- + +
SELECT l.id, r.id FROM a l, b r;

-- + + +
SELECT id, l.n, r.y FROM a l JOIN b r USING (id);

-- + + -
SELECT id, l.id, r.id FROM a l LEFT JOIN b r USING (id);

-- + - +
SELECT id, l.id, r.id FROM a l RIGHT JOIN b r USING (id);

-- + - -
SELECT id, l.id, r.id FROM a l FULL JOIN b r USING (id);

-- - -
SELECT x, u.x FROM a l FULL JOIN b r USING (x) AS u;

-- + -
SELECT j.id, j.n FROM (a l FULL JOIN b r USING (id)) j;

-- + + - - + - - + - + + + + +
SELECT * FROM a NATURAL JOIN (SELECT id, n FROM va) v;

-- + - +
SELECT coalesce(l.id, r.id), coalesce(l.id, r.x), coalesce(r.y, l.n) FROM a l FULL JOIN b r ON l.id = r.id;

-- +
SELECT coalesce(l.id, r.id, s.g) FROM a l FULL JOIN b r ON l.id = r.id LEFT JOIN c s ON s.x = l.id;

-- -
SELECT coalesce(q.l, q.r) FROM c LEFT JOIN (SELECT l.id AS l, r.id AS r FROM a l FULL JOIN b r ON l.id = r.id) q ON q.l = c.x;

-- -
SELECT q.u FROM c LEFT JOIN (SELECT id AS u FROM a l FULL JOIN b r USING (id)) q ON q.u = c.x;

-- -
SELECT id FROM c LEFT JOIN (a l FULL JOIN b r USING (id)) ON c.x = l.id;

-- + - -
SELECT l.id, m.id, r.g FROM a l LEFT JOIN b m ON m.a_id = l.id LEFT JOIN c r ON r.x = m.id;

-- + - -
SELECT l.id, m.id, r.g FROM a l LEFT JOIN (b m JOIN c r ON r.x = m.y) ON m.a_id = l.id;

-- + + +
SELECT l.id, m.id, r.g FROM a l LEFT JOIN b m ON m.a_id = l.id JOIN c r ON r.x = m.id;

-- - - +
SELECT l.id, m.id, r.g FROM a l LEFT JOIN b m ON m.a_id = l.id RIGHT JOIN c r ON r.x = m.id;

-- + + -
SELECT l.x, r.a_id, r.x FROM a l JOIN b r ON r.a_id = l.id AND l.x > 0;

-- - - -
SELECT l.x, r.a_id, r.x FROM a l LEFT JOIN b r ON r.a_id = l.id AND l.x > 0 AND r.x > 0;

-- + + +
SELECT l.x, r.a_id, r.x FROM a l LEFT JOIN b r ON r.a_id = l.id AND l.x > 0 AND r.x > 0 WHERE r.id IS NOT NULL;

-- - -
SELECT l.x, r.a_id FROM a l FULL JOIN b r ON r.a_id = l.x;

-- - -
SELECT l.x, r.a_id FROM a l FULL JOIN b r ON r.a_id = l.x WHERE l.id > 0;

-- + + + +
SELECT l.x, r.a_id, l.id, r.id FROM a l FULL JOIN b r ON r.a_id = l.x WHERE l.id > 0 AND r.id > 0;

-- + + + +
SELECT l.id, m.id, r.g, r.x FROM a l LEFT JOIN b m ON m.a_id = l.id LEFT JOIN c r ON r.x = m.id WHERE r.g > 0;

-- + + -
SELECT l.id, q.n, q.m FROM a l LEFT JOIN LATERAL (SELECT count(*) AS n, max(y) AS m FROM b WHERE b.a_id = l.id) q ON true;

-- + + -
SELECT l.id, q.n, q.m FROM a l CROSS JOIN LATERAL (SELECT count(*) AS n, max(y) AS m FROM b WHERE b.a_id = l.id) q;

-- +
SELECT q.x FROM a l CROSS JOIN LATERAL (SELECT l.x) q WHERE l.x IS NOT NULL;

-- -
SELECT q.x FROM a l LEFT JOIN LATERAL (SELECT l.x) q ON l.b WHERE l.x IS NOT NULL;

-- +
SELECT r FROM a l LEFT JOIN b r ON r.a_id = l.id;

-- - +
SELECT r.tableoid, l.tableoid FROM a l LEFT JOIN b r ON r.a_id = l.id;

-- + -
SELECT l.id, r.y FROM a l LEFT JOIN joined r ON r.id = l.x;

-- -
SELECT w.id FROM b LEFT JOIN (VALUES (1), (2)) w (id) ON w.id = b.x;

-- - -
SELECT r.e, r.ee FROM a l LEFT JOIN dom r ON r.id = l.id;

-- - +
SELECT r.a_id, r.id FROM a l FULL JOIN b r ON r.a_id = l.x WHERE r.id > 0;

-- - -
SELECT r.x, l.x FROM a l RIGHT JOIN b r ON r.a_id = l.id AND r.x > 1 AND l.x > 0;
