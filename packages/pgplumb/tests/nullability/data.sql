-- nulls: NULL wherever it is allowed, and the values that builtin functions answer with NULL for
INSERT INTO a VALUES
  (1, 1, 1, 'a', 'a', 1.5, true, true, '{1,2}', '{1}', 'infinity', '{"k": "v", "z": null}', 'low', '[1,5)'),
  (2, 2, NULL, NULL, '', NULL, NULL, false, NULL, '{}', '-infinity', 'null', 'high', 'empty'),
  (3, 0, 3, '', 'b', 'NaN', false, true, '{NULL}', '{NULL,3}', '2020-01-01', '[]', 'low', '(,)'),
  (4, -1, 2, 'c', 'c', 'infinity', NULL, false, '{}', '{2}', '2021-06-01', '1', 'low', '[3,)'),
  (5, 1, 1, NULL, 'z', NULL, NULL, false, '{1}', '{1}', '2021-06-01', '{}', 'high', '[1,2)'),
  (6, 1, NULL, 'a', 'a', NULL, true, false, '{1}', '{1}', '2021-06-01', '{}', 'high', '[1,2)'),
  (8, 1, NULL, 'b', 'b', NULL, false, true, '{}', '{}', '2021-06-02', '{"x": 1}', 'high', '[1,2)'),
  (7, 1, 2, NULL, 'a', 0, true, true, '{1,NULL}', '{}', '2021-06-01', '{"k": null}', 'low', '(,2)');
INSERT INTO b VALUES
  (1, 1, NULL, 1, NULL, NULL), (2, 1, 2, 0, 'a', true), (3, NULL, NULL, 2, 'b', false),
  (5, 9, 1, 3, '', NULL), (6, 4, 7, 1, NULL, true),
  (7, 2, NULL, 3, NULL, NULL), (8, 0, 3, 2, 'b', false), (9, 1, 3, 2, 'a', NULL), (10, 3, 7, 1, NULL, true);
INSERT INTO c VALUES
  (NULL, 'a', NULL, 1, NULL), (1, '', 'infinity', 1, true), (NULL, 'b', '2020-02-02', 2, false),
  (NULL, 'a', NULL, 2, NULL), (3, 'c', '2020-02-03', 3, true), (NULL, 'zz', NULL, 4, NULL);
INSERT INTO parent VALUES (1, 1, 1), (2, 2, 2);
INSERT INTO child VALUES (3, 3, NULL, NULL), (4, 1, 4, 5);
INSERT INTO part VALUES (1, NULL, 1), (2, 2, 2), (8, NULL, 3);
-- none: nothing at all
-- lefts: only the tables that stand on the left more often
INSERT INTO a VALUES
  (1, 1, NULL, NULL, 'a', NULL, NULL, true, NULL, '{}', 'infinity', 'null', 'low', 'empty'),
  (2, 1, NULL, NULL, '', NULL, NULL, false, NULL, '{NULL}', 'infinity', '{}', 'low', 'empty');
INSERT INTO part VALUES (1, NULL, 1);
-- rights: only the others
INSERT INTO b VALUES (1, NULL, NULL, 1, NULL, NULL), (2, 7, 3, 1, 'a', true);
INSERT INTO c VALUES (NULL, 'a', NULL, 1, NULL), (2, '', NULL, 2, NULL), (NULL, 'b', NULL, 2, true);
INSERT INTO child VALUES (3, 3, NULL, NULL);
