-- A small application's tables, for queries as people write them.
CREATE TYPE order_status AS ENUM ('new', 'paid', 'sent');
CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email text NOT NULL UNIQUE,
  name text,
  bio text,
  settings jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now(),
  deleted_at timestamptz
);
CREATE TABLE products (
  id bigint PRIMARY KEY,
  name text NOT NULL,
  price numeric(10, 2) NOT NULL,
  discount numeric(10, 2),
  category text,
  tags text[] NOT NULL DEFAULT '{}'
);
CREATE TABLE orders (
  id bigint PRIMARY KEY,
  user_id bigint NOT NULL REFERENCES users,
  status order_status NOT NULL DEFAULT 'new',
  note text,
  placed_at timestamptz NOT NULL DEFAULT now(),
  paid_at timestamptz
);
CREATE TABLE order_items (
  order_id bigint NOT NULL REFERENCES orders,
  product_id bigint NOT NULL REFERENCES products,
  quantity int NOT NULL,
  price numeric(10, 2) NOT NULL,
  comment text,
  PRIMARY KEY (order_id, product_id)
);
CREATE TABLE categories (id bigint PRIMARY KEY, parent_id bigint REFERENCES categories, name text NOT NULL);
CREATE TABLE reviews (
  id bigint PRIMARY KEY, product_id bigint NOT NULL, user_id bigint REFERENCES users,
  stars int NOT NULL, body text
);
CREATE VIEW order_totals AS
  SELECT o.id, o.user_id, o.status, coalesce(sum(i.quantity * i.price), 0) AS total, count(i.product_id) AS items
  FROM orders o LEFT JOIN order_items i ON i.order_id = o.id GROUP BY o.id;
INSERT INTO users (email, name, bio, deleted_at) VALUES
  ('a@b', NULL, NULL, NULL), ('c@d', 'C', 'bio', now()), ('e@f', 'E', NULL, NULL);
INSERT INTO products VALUES (1, 'p', 1, NULL, NULL, '{}'), (2, 'q', 2, 1, 'k', '{x}'),
  (3, 'r', 3, NULL, 'k', '{NULL}');
INSERT INTO orders VALUES
  (1, 1, 'new', NULL, now(), NULL), (2, 1, 'paid', 'n', now(), now()), (3, 2, 'sent', NULL, now(), NULL);
INSERT INTO order_items VALUES (1, 1, 1, 1, NULL), (1, 2, 2, 1, 'c'), (2, 2, 1, 5, NULL);
INSERT INTO categories VALUES (1, NULL, 'root'), (2, 1, 'leaf');
INSERT INTO reviews VALUES (1, 1, NULL, 5, NULL), (2, 2, 1, 3, 'b'), (3, 2, 1, 3, NULL);
