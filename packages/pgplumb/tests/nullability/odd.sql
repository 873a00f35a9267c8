-- What the cases need besides schema.sql, in each state as well: the odd things.
CREATE DOMAIN email AS text NOT NULL CHECK (value LIKE '%@%');
CREATE DOMAIN sub_email AS email;
CREATE DOMAIN soft AS int CHECK (value > 0);
CREATE TYPE pair AS (one int, two text);
CREATE TABLE dom (id int PRIMARY KEY, e email, ee email NOT NULL, s soft, p pair, pn pair NOT NULL);
INSERT INTO dom VALUES (1, 'a@b', 'c@d', NULL, NULL, ROW(NULL, NULL));
-- A domain's NOT NULL can be got round (manual: CREATE DOMAIN, Notes).
INSERT INTO dom VALUES (2, (SELECT e FROM dom WHERE false), 'c@d', 1, ROW(1, NULL), ROW(1, 'x'));

CREATE TABLE gen (
  id bigint GENERATED ALWAYS AS IDENTITY,
  serial serial,
  x int,
  doubled int GENERATED ALWAYS AS (x * 2) STORED,
  filled int NOT NULL GENERATED ALWAYS AS (coalesce(x, 0)) STORED,
  made timestamptz DEFAULT now(),
  kept timestamptz NOT NULL DEFAULT now()
);
INSERT INTO gen (x, made) VALUES (1, now()), (NULL, NULL);

CREATE TABLE late (id int, x int, y int);
INSERT INTO late VALUES (1, NULL, 1), (2, 1, NULL);
CREATE TABLE child_first (y int, x int NOT NULL, id int NOT NULL);
CREATE TABLE parent_last (id int NOT NULL, x int NOT NULL, y int NOT NULL NO INHERIT);
ALTER TABLE child_first INHERIT parent_last;
INSERT INTO child_first VALUES (NULL, 1, 1);
ALTER TABLE late ADD PRIMARY KEY (id);

CREATE FOREIGN TABLE far (id int NOT NULL, x int) SERVER nowhere;
CREATE TABLE near (id int NOT NULL, x int);
CREATE FOREIGN TABLE near_far () INHERITS (near) SERVER nowhere;

-- What is returned is up to a rule or a trigger.
CREATE TABLE ruled (id int NOT NULL, x int NOT NULL);
INSERT INTO ruled VALUES (1, 1);
CREATE RULE instead AS ON UPDATE TO ruled DO INSTEAD UPDATE late SET y = 1 RETURNING x, x;
CREATE VIEW triggered AS SELECT id, n FROM a;
CREATE FUNCTION emptied() RETURNS trigger LANGUAGE plpgsql
  AS 'BEGIN RETURN (SELECT t FROM (SELECT NULL::int AS id, NULL::int AS n) t); END';
CREATE TRIGGER instead INSTEAD OF INSERT OR UPDATE ON triggered
  FOR EACH ROW EXECUTE FUNCTION emptied();
CREATE TABLE stamped (id int PRIMARY KEY, x int, y int);
INSERT INTO stamped VALUES (1, 1, 1);
CREATE FUNCTION cleared() RETURNS trigger LANGUAGE plpgsql
  AS 'BEGIN NEW.x := NULL; NEW.y := NULL; RETURN NEW; END';
CREATE TRIGGER stamp BEFORE INSERT OR UPDATE ON stamped
  FOR EACH ROW EXECUTE FUNCTION cleared();

CREATE FUNCTION nothing(int, int) RETURNS bool LANGUAGE sql STRICT IMMUTABLE AS 'SELECT NULL::bool';
CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int, FUNCTION = nothing);
CREATE FUNCTION loose(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT coalesce($1, 1)';
CREATE FUNCTION tight(int) RETURNS int LANGUAGE sql STRICT IMMUTABLE AS 'SELECT $1';
CREATE AGGREGATE nil(int) (SFUNC = int4pl, STYPE = int);
CREATE FUNCTION some_ints() RETURNS SETOF int LANGUAGE sql STABLE AS 'VALUES (1), (NULL)';
CREATE FUNCTION as_pair(int) RETURNS pair LANGUAGE sql STABLE AS 'SELECT NULL::pair';

CREATE VIEW joined AS
  SELECT l.id, r.id AS r_id, r.y, coalesce(r.s, '-') AS s, l.n + r.y AS total
  FROM a l LEFT JOIN b r ON r.a_id = l.id;
CREATE VIEW over_view AS SELECT v.*, count(*) OVER () AS all_rows FROM joined v WHERE v.y IS NOT NULL;
CREATE VIEW simple AS SELECT id, x, n, upper(t) AS up FROM a WHERE x IS NOT NULL;
CREATE VIEW over_simple AS SELECT * FROM simple WHERE id > 0;
CREATE MATERIALIZED VIEW mat_counted AS
  SELECT x, count(*) AS n, coalesce(max(n), 0) AS m FROM a WHERE x IS NOT NULL GROUP BY x;
CREATE MATERIALIZED VIEW mat_over_view AS SELECT id, coalesce(x, 0) AS x FROM simple;
CREATE TABLE composite_holder (id int PRIMARY KEY, whole a);
INSERT INTO composite_holder VALUES (1, NULL);
