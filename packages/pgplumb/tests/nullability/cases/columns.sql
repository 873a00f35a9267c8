-- + + - - + - - + - + + + + +
SELECT * FROM a;

-- - + - + -
SELECT * FROM c;

-- +
SELECT a FROM a;

-- + + +
SELECT ctid, tableoid, xmin FROM a;

-- + + -
SELECT * FROM parent;

-- + + +
SELECT * FROM ONLY parent;

-- + + - -
SELECT * FROM child;

-- + - +
SELECT * FROM part;

-- + - +
SELECT * FROM part1;

-- + + -
SELECT * FROM parent_last;

-- + + +
SELECT * FROM ONLY parent_last;

-- + + - - + - +
SELECT * FROM gen;

-- + - -
SELECT * FROM late;

-- + - + - - +
SELECT * FROM dom;

-- - -
SELECT (pn).one, (p).two FROM dom;

-- ~ -
SELECT (x.a).id, (x.a).x FROM (SELECT a FROM a) x;

-- + -
SELECT id, whole FROM composite_holder;

-- + +
SELECT last_value, is_called FROM gen_serial_seq;

-- + + -
SELECT relname, relkind, relacl FROM pg_class;

-- + -
SELECT table_name, column_default FROM information_schema.columns;

-- + - - + - -
TABLE b;

-- + - +
VALUES (1, NULL, 'a'), (2, 3, 'b');

-- - + + + -
SELECT NULL, 1, 'a', true, NULL::int;

-- - -
SELECT $1::int, $2::text;

--
SELECT;

-- ?
SELECT id FROM far;

-- ?
SELECT id FROM near;

-- +
SELECT id FROM ONLY near;
