package state

import (
	"context"
	"fmt"
	"sort"
	"strings"

	"ariga.io/atlas/sql/sqlclient"
)

// beyondQuery lists what the engine's comparison leaves out, each with a text that changes when the object does.
// Objects of extensions belong to the extension.
const beyondQuery = `
WITH spaces AS (
  SELECT oid, nspname FROM pg_catalog.pg_namespace
  WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' AND ($1 = '' OR nspname = $1)
), foreign_to_user AS (
  SELECT classid, objid FROM pg_catalog.pg_depend WHERE deptype = 'e'
)
SELECT CASE c.relkind WHEN 'v' THEN 'view ' ELSE 'materialized view ' END || c.oid::regclass,
  pg_catalog.pg_get_viewdef(c.oid) || coalesce((SELECT string_agg(o, ',' ORDER BY o) FROM unnest(c.reloptions) AS o), '')
FROM pg_catalog.pg_class AS c JOIN spaces AS s ON s.oid = c.relnamespace
WHERE c.relkind IN ('v', 'm') AND ('pg_catalog.pg_class'::regclass, c.oid) NOT IN (SELECT classid, objid FROM foreign_to_user)
UNION ALL
SELECT CASE p.prokind WHEN 'p' THEN 'procedure ' ELSE 'function ' END || p.oid::regprocedure,
  pg_catalog.pg_get_functiondef(p.oid)
FROM pg_catalog.pg_proc AS p JOIN spaces AS s ON s.oid = p.pronamespace
WHERE p.prokind IN ('f', 'p') AND ('pg_catalog.pg_proc'::regclass, p.oid) NOT IN (SELECT classid, objid FROM foreign_to_user)
UNION ALL
SELECT 'trigger ' || quote_ident(t.tgname) || ' on ' || t.tgrelid::regclass, pg_catalog.pg_get_triggerdef(t.oid)
FROM pg_catalog.pg_trigger AS t JOIN pg_catalog.pg_class AS c ON c.oid = t.tgrelid JOIN spaces AS s ON s.oid = c.relnamespace
WHERE NOT t.tgisinternal AND t.tgparentid = 0
UNION ALL
SELECT 'policy ' || quote_ident(p.polname) || ' on ' || p.polrelid::regclass,
  concat_ws(' ', p.polcmd, p.polpermissive, p.polroles::regrole[]::text,
    pg_catalog.pg_get_expr(p.polqual, p.polrelid), '/', pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid))
FROM pg_catalog.pg_policy AS p JOIN pg_catalog.pg_class AS c ON c.oid = p.polrelid JOIN spaces AS s ON s.oid = c.relnamespace
UNION ALL
SELECT CASE t.typtype WHEN 'd' THEN 'domain ' WHEN 'r' THEN 'range type ' ELSE 'composite type ' END || t.oid::regtype,
  concat_ws(' ', pg_catalog.format_type(t.typbasetype, t.typtypmod), t.typnotnull, t.typdefault,
    (SELECT string_agg(pg_catalog.pg_get_constraintdef(k.oid), ',' ORDER BY k.conname)
     FROM pg_catalog.pg_constraint AS k WHERE k.contypid = t.oid),
    (SELECT string_agg(a.attname || ' ' || pg_catalog.format_type(a.atttypid, a.atttypmod), ',' ORDER BY a.attnum)
     FROM pg_catalog.pg_attribute AS a WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped),
    (SELECT r.rngsubtype::regtype::text FROM pg_catalog.pg_range AS r WHERE r.rngtypid = t.oid))
FROM pg_catalog.pg_type AS t JOIN spaces AS s ON s.oid = t.typnamespace LEFT JOIN pg_catalog.pg_class AS c ON c.oid = t.typrelid
WHERE (t.typtype IN ('d', 'r') OR t.typtype = 'c' AND c.relkind = 'c')
  AND ('pg_catalog.pg_type'::regclass, t.oid) NOT IN (SELECT classid, objid FROM foreign_to_user)
UNION ALL
SELECT 'row-level security of ' || c.oid::regclass, c.relrowsecurity::text || c.relforcerowsecurity::text
FROM pg_catalog.pg_class AS c JOIN spaces AS s ON s.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND (c.relrowsecurity OR c.relforcerowsecurity)
UNION ALL
SELECT 'extension ' || quote_ident(extname), '' FROM pg_catalog.pg_extension WHERE extname <> 'plpgsql'`

// Objects are what the engine's comparison leaves out: by name, with a text that changes when the object does.
type Objects map[string]string

// Beyond reads the objects of a database that the engine's comparison leaves out.
func Beyond(ctx context.Context, client *sqlclient.Client) (Objects, error) {
	rows, err := client.QueryContext(ctx, beyondQuery, client.URL.Schema)
	if err != nil {
		return nil, fmt.Errorf("reading views, functions and the like: %w", err)
	}
	defer rows.Close()
	found := make(Objects)
	for rows.Next() {
		var name, text string
		if err := rows.Scan(&name, &text); err != nil {
			return nil, err
		}
		found[name] = text
	}
	return found, rows.Err()
}

// Differences names, in one line, what two databases' objects differ in, or gives "".
func (o Objects) Differences(desired Objects) string {
	var parts []string
	for name, text := range desired {
		if before, there := o[name]; !there {
			parts = append(parts, name+" (new)")
		} else if before != text {
			parts = append(parts, name+" (changed)")
		}
	}
	for name := range o {
		if _, there := desired[name]; !there {
			parts = append(parts, name+" (gone)")
		}
	}
	sort.Strings(parts)
	const most = 12
	if len(parts) > most {
		parts = append(parts[:most], fmt.Sprintf("and %d more", len(parts)-most))
	}
	return strings.Join(parts, ", ")
}
