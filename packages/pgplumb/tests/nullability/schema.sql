-- The same tables in several schemas, each with other data: adversarial, empty, half empty.
CREATE TYPE mood AS ENUM ('low', 'high');
CREATE TABLE a (
  id int PRIMARY KEY,
  n int NOT NULL,
  x int,
  s text,
  t text NOT NULL,
  f float8,
  b bool,
  nb bool NOT NULL,
  arr int[],
  narr int[] NOT NULL,
  ts timestamptz NOT NULL,
  j jsonb NOT NULL,
  m mood NOT NULL,
  r int4range NOT NULL
);
CREATE TABLE b (
  id int PRIMARY KEY,
  a_id int,
  x int,
  y int NOT NULL,
  s text,
  flag bool
);
CREATE TABLE c (x int, s text NOT NULL, d date, g int NOT NULL, b bool);
CREATE TABLE parent (id int NOT NULL, x int NOT NULL, y int CONSTRAINT own NOT NULL NO INHERIT);
CREATE TABLE child (extra int) INHERITS (parent);
CREATE TABLE part (id int NOT NULL, x int, g int NOT NULL) PARTITION BY LIST (id);
CREATE TABLE part1 PARTITION OF part FOR VALUES IN (1, 2);
CREATE TABLE part2 PARTITION OF part DEFAULT;
CREATE VIEW va AS SELECT id, n, x, coalesce(s, '') AS s, t FROM a;
CREATE VIEW vab AS SELECT a.id, a.x, b.id AS b_id, b.y, b.s FROM a LEFT JOIN b ON a.id = b.a_id;
CREATE VIEW vg AS SELECT g, count(*) AS n, max(x) AS x, max(g) AS mg, min(s) AS s FROM c GROUP BY g;
CREATE VIEW vfilter AS SELECT id, x, s, b FROM a WHERE x IS NOT NULL AND (s = t OR b);
CREATE MATERIALIZED VIEW mat AS SELECT id, x, coalesce(s, '') AS s, n FROM a WHERE x > 0;
CREATE FUNCTION strict_null(int) RETURNS int LANGUAGE sql STRICT IMMUTABLE AS 'SELECT NULL::int';
CREATE FUNCTION pairs() RETURNS TABLE (x int, s text) LANGUAGE sql STABLE
  AS 'VALUES (1, ''p''), (NULL, NULL)';
