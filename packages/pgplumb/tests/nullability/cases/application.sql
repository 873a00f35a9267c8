-- + + - - + + -
SELECT * FROM users WHERE id = $1;

-- + + -
SELECT id, email, name FROM users ORDER BY created_at DESC LIMIT $1 OFFSET $2;

-- +
SELECT count(*) FROM users;

-- + +
SELECT count(*) AS total, count(*) FILTER (WHERE deleted_at IS NULL) AS active FROM users;

-- + +
SELECT id, coalesce(name, email) AS display_name FROM users;

-- + +
SELECT id, email FROM users WHERE name ILIKE '%' || $1 || '%';

-- + +
SELECT id, name FROM users WHERE name = $1;

-- +
SELECT EXISTS (SELECT 1 FROM users WHERE email = $1) AS taken;

-- + + +
SELECT lower(email), length(email), created_at::date FROM users;

-- + - +
SELECT id, settings ->> 'theme' AS theme, coalesce(settings ->> 'theme', 'light') AS theme_or_default FROM users;

-- + +
SELECT id, (settings ->> 'limit')::int AS user_limit FROM users WHERE settings ->> 'limit' IS NOT NULL;

-- + +
SELECT id, settings ? 'beta' AS beta FROM users;

-- + +
SELECT date_trunc('month', created_at) AS month, count(*) AS signups FROM users GROUP BY 1 ORDER BY 1;

-- + +
SELECT email, deleted_at IS NOT NULL AS is_deleted FROM users;

-- + +
SELECT id, CASE WHEN deleted_at IS NULL THEN 'active' ELSE 'deleted' END AS state FROM users;

-- + +
SELECT id, extract(epoch FROM created_at)::bigint AS created FROM users;

-- + +
SELECT id, now() - created_at AS age FROM users;

-- + +
SELECT id, deleted_at FROM users WHERE deleted_at > now() - interval '30 days';

-- ?
SELECT max(created_at) FROM users;

-- ? ?
SELECT max(id), min(id) FROM users WHERE deleted_at IS NULL;

-- + +
SELECT id, split_part(email, '@', 2) AS domain FROM users;

-- + +
SELECT split_part(email, '@', 2) AS domain, count(*) AS n FROM users GROUP BY 1 HAVING count(*) > 1;

-- + + + -
SELECT o.id, o.status, u.email, u.name FROM orders o JOIN users u ON u.id = o.user_id;

-- + + - -
SELECT u.id, u.email, o.id AS order_id, o.status FROM users u LEFT JOIN orders o ON o.user_id = u.id;

-- + +
SELECT u.id, count(o.id) AS orders FROM users u LEFT JOIN orders o ON o.user_id = u.id GROUP BY u.id;

-- + + + -
SELECT u.id, u.email, count(o.id) AS orders, max(o.placed_at) AS last_order FROM users u LEFT JOIN orders o ON o.user_id = u.id GROUP BY u.id, u.email;

-- + +
SELECT u.id, max(o.placed_at) AS last_order FROM users u JOIN orders o ON o.user_id = u.id GROUP BY u.id;

-- + +
SELECT o.id, sum(i.quantity * i.price) AS total FROM orders o JOIN order_items i ON i.order_id = o.id GROUP BY o.id;

-- + +
SELECT o.id, coalesce(sum(i.quantity * i.price), 0) AS total FROM orders o LEFT JOIN order_items i ON i.order_id = o.id GROUP BY o.id;

-- ?
SELECT sum(quantity * price) AS revenue FROM order_items;

-- +
SELECT coalesce(sum(quantity * price), 0)::float8 AS revenue FROM order_items;

-- ? ? ?
SELECT avg(price), min(price), max(price) FROM products;

-- - + +
SELECT category, avg(price) AS average, count(*) AS n FROM products GROUP BY category;

-- + +
SELECT category, avg(price) AS average FROM products WHERE category IS NOT NULL GROUP BY category;

-- + +
SELECT coalesce(category, 'none') AS category, array_agg(name ORDER BY name) AS names FROM products GROUP BY category;

-- + + + +
SELECT id, price - coalesce(discount, 0) AS net, price * 1.19 AS gross, round(price, 1) AS rounded FROM products;

-- + -
SELECT id, price - discount AS net FROM products;

-- + +
SELECT id, price - discount AS net FROM products WHERE discount IS NOT NULL;

-- + +
SELECT id, greatest(price - discount, 0) AS net FROM products;

-- + + -
SELECT id, name, $1 = ANY (tags) AS tagged FROM products;

-- + + - + +
SELECT id, name, 'x' = ANY (tags) AS tagged, tags @> ARRAY['x'] AS has_x, cardinality(tags) AS n FROM products;

-- -
SELECT DISTINCT unnest(tags) AS tag FROM products;

-- - +
SELECT t.tag, count(*) AS n FROM products p CROSS JOIN LATERAL unnest(p.tags) AS t (tag) GROUP BY t.tag;

-- + +
SELECT id, name FROM products WHERE category = $1 AND price BETWEEN $2 AND $3;

-- + + +
SELECT id, name, category FROM products WHERE category = ANY ($1::text[]);

-- + + +
SELECT p.id, p.name, (SELECT count(*) FROM reviews r WHERE r.product_id = p.id) AS reviews FROM products p;

-- + -
SELECT p.id, (SELECT avg(stars) FROM reviews r WHERE r.product_id = p.id) AS stars FROM products p;

-- + +
SELECT p.id, (SELECT coalesce(avg(stars), 0) FROM reviews r WHERE r.product_id = p.id) AS stars FROM products p;

-- + + -
SELECT p.id, r.n, r.stars FROM products p LEFT JOIN LATERAL (SELECT count(*) AS n, avg(stars) AS stars FROM reviews WHERE product_id = p.id) r ON true;

-- + - -
SELECT p.id, r.body, r.stars FROM products p LEFT JOIN LATERAL (SELECT body, stars FROM reviews WHERE product_id = p.id ORDER BY id DESC LIMIT 1) r ON true;

-- + + -
SELECT r.id, r.stars, u.email FROM reviews r LEFT JOIN users u ON u.id = r.user_id;

-- + + +
SELECT r.id, u.email, r.user_id FROM reviews r JOIN users u ON u.id = r.user_id;

-- + +
SELECT r.id, coalesce(u.name, u.email, 'anonymous') AS author FROM reviews r LEFT JOIN users u ON u.id = r.user_id;

-- + + + ? + + +
SELECT o.*, u.email FROM orders o JOIN users u ON u.id = o.user_id WHERE o.paid_at IS NOT NULL;

-- + +
SELECT o.id, o.paid_at FROM orders o WHERE o.status = 'paid' AND o.paid_at >= $1 AND o.paid_at < $2;

-- + + +
SELECT paid_at::date AS day, count(*) AS n, sum(i.price) AS revenue FROM orders o JOIN order_items i ON i.order_id = o.id WHERE paid_at IS NOT NULL GROUP BY paid_at::date;

-- + +
SELECT status, count(*) AS n FROM orders GROUP BY status;

-- - +
SELECT status, count(*) AS n FROM orders GROUP BY ROLLUP (status);

-- + + +
SELECT id, total, items FROM order_totals WHERE user_id = $1;

-- + +
SELECT user_id, sum(total) AS total FROM order_totals GROUP BY user_id;

-- + -
SELECT u.email, t.total FROM users u LEFT JOIN order_totals t ON t.user_id = u.id;

-- + +
SELECT id, row_number() OVER (PARTITION BY user_id ORDER BY placed_at) AS nth FROM orders;

-- + + +
SELECT id, sum(quantity) OVER (ORDER BY order_id) AS running, quantity FROM (SELECT order_id AS id, order_id, quantity FROM order_items) i;

-- + - +
SELECT id, lag(placed_at) OVER (PARTITION BY user_id ORDER BY placed_at) AS previous, rank() OVER (ORDER BY placed_at) AS rank FROM orders;

-- + +
SELECT id, first_value(id) OVER (PARTITION BY user_id ORDER BY placed_at) AS first_order FROM orders;

-- + +
SELECT id, avg(price) OVER (ORDER BY id ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) AS moving FROM products;

-- + +
SELECT id, price / sum(price) OVER () AS share FROM products;

-- + + + - - + +
SELECT *, count(*) OVER () AS total_rows FROM products LIMIT $1;

-- + + +
WITH recent AS (SELECT * FROM orders WHERE placed_at > now() - interval '7 days') SELECT r.id, r.user_id, u.email FROM recent r JOIN users u ON u.id = r.user_id;

-- + +
WITH totals AS (SELECT order_id, sum(price * quantity) AS total FROM order_items GROUP BY order_id) SELECT o.id, t.total FROM orders o JOIN totals t ON t.order_id = o.id;

-- + - + + +
WITH RECURSIVE tree AS (SELECT id, parent_id, name, 1 AS depth, ARRAY[name] AS path FROM categories WHERE parent_id IS NULL UNION ALL SELECT c.id, c.parent_id, c.name, t.depth + 1, t.path || c.name FROM categories c JOIN tree t ON c.parent_id = t.id) SELECT id, parent_id, name, depth, array_to_string(path, ' > ') AS path FROM tree;

-- + +
WITH RECURSIVE up AS (SELECT * FROM categories WHERE id = $1 UNION ALL SELECT c.* FROM categories c JOIN up ON up.parent_id = c.id) SELECT id, name FROM up;

-- + + -
SELECT c.id, c.name, p.name AS parent FROM categories c LEFT JOIN categories p ON p.id = c.parent_id;

-- + + +
SELECT 'user' AS kind, id, email AS label FROM users UNION ALL SELECT 'product', id, name FROM products;

-- -
SELECT name FROM users UNION SELECT name FROM products;

-- +
SELECT id FROM users EXCEPT SELECT user_id FROM orders;

-- + +
SELECT d::date AS day, count(o.id) AS orders FROM generate_series($1::timestamptz, $2::timestamptz, '1 day') d LEFT JOIN orders o ON o.placed_at::date = d::date GROUP BY d;

-- + +
SELECT o.id, json_agg(json_build_object('product', p.name, 'quantity', i.quantity)) AS items FROM orders o JOIN order_items i ON i.order_id = o.id JOIN products p ON p.id = i.product_id GROUP BY o.id;

-- + +
SELECT u.id, coalesce(json_agg(o.id) FILTER (WHERE o.id IS NOT NULL), '[]') AS orders FROM users u LEFT JOIN orders o ON o.user_id = u.id GROUP BY u.id;

-- + + -
SELECT u.id, array_agg(o.id) AS orders, string_agg(o.note, ', ') AS notes FROM users u LEFT JOIN orders o ON o.user_id = u.id GROUP BY u.id;

-- + +
SELECT u.id, ARRAY(SELECT o.id FROM orders o WHERE o.user_id = u.id) AS orders FROM users u;

-- + +
SELECT jsonb_build_object('id', id, 'email', email) AS document, to_jsonb(users) AS whole FROM users;

-- +
SELECT id FROM orders WHERE status = 'new' ORDER BY placed_at FOR UPDATE SKIP LOCKED LIMIT 1;

-- + +
SELECT u.id, u.email FROM users u WHERE NOT EXISTS (SELECT FROM orders o WHERE o.user_id = u.id);

-- + + + +
SELECT o.id, o.user_id, i.product_id, i.quantity FROM orders o LEFT JOIN order_items i ON i.order_id = o.id WHERE i.quantity > 1;

-- + - -
SELECT o.id, i.product_id, p.name FROM orders o LEFT JOIN order_items i ON i.order_id = o.id LEFT JOIN products p ON p.id = i.product_id;

-- ?
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY price) AS median FROM products;

-- - + -
SELECT category, percentile_cont(0.5) WITHIN GROUP (ORDER BY price::float8) AS median, stddev(price) AS spread FROM products GROUP BY category;

-- ?
SELECT to_char(created_at, 'YYYY-MM') AS month FROM users;

-- ? +
SELECT to_char(placed_at, 'YYYY-MM-DD') AS day, count(*) FROM orders GROUP BY 1;

-- + +
SELECT ts_rank(to_tsvector('english', name), plainto_tsquery($1)) AS rank, id FROM products WHERE to_tsvector('english', name) @@ plainto_tsquery($1);

-- + + + + +
SELECT id, md5(email) AS hash, 'https://x/' || id AS url, concat(name, ' <', email, '>') AS mailbox, format('%s <%s>', name, email) AS formatted FROM users;

-- + + ? - + + -
INSERT INTO users (email, name) VALUES ($1, $2) RETURNING *;

-- + +
INSERT INTO users (email, name) VALUES ($1, $2) RETURNING id, created_at;

-- + +
INSERT INTO users (email) VALUES ($1) ON CONFLICT (email) DO UPDATE SET email = excluded.email RETURNING id, (xmax = 0) AS inserted;

-- + +
INSERT INTO orders (id, user_id) SELECT 100, id FROM users WHERE email = $1 RETURNING id, status;

-- + + + + ?
INSERT INTO order_items (order_id, product_id, quantity, price) SELECT 3, p.id, 1, p.price FROM products p WHERE p.id = ANY ($1) RETURNING *;

-- + + ? - + + -
UPDATE users SET name = $2 WHERE id = $1 RETURNING *;

-- + +
UPDATE users SET deleted_at = now() WHERE id = $1 RETURNING id, deleted_at;

-- + + +
UPDATE orders SET status = 'paid', paid_at = now() WHERE id = $1 AND status = 'new' RETURNING id, paid_at, status;

-- + + +
UPDATE products p SET price = p.price * 1.1 FROM order_items i WHERE i.product_id = p.id RETURNING p.id, p.price, i.order_id;

-- + + + ? + ?
UPDATE orders SET status = 'sent' WHERE id = (SELECT id FROM orders WHERE status = 'paid' ORDER BY placed_at LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING *;

-- + +
DELETE FROM reviews WHERE user_id = $1 RETURNING id, user_id;

-- + + -
DELETE FROM order_items WHERE order_id = $1 RETURNING product_id, quantity, comment;

-- +
WITH moved AS (DELETE FROM reviews WHERE stars < $1 RETURNING *) SELECT count(*) AS moved FROM moved;

-- + + + +
-- before 17: none
MERGE INTO products p USING (VALUES (1::bigint, 'p', 2.0)) AS s (id, name, price) ON p.id = s.id WHEN MATCHED THEN UPDATE SET price = s.price WHEN NOT MATCHED THEN INSERT (id, name, price) VALUES (s.id, s.name, s.price) RETURNING merge_action(), p.id, p.name, s.price;

-- -
SELECT pg_try_advisory_xact_lock($1) AS locked;

-- +
SELECT nextval('users_id_seq') AS id;

-- + + +
SELECT current_setting('server_version') AS version, now() AS at, current_user AS who;
