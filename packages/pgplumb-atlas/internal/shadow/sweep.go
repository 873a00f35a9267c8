package shadow

import (
	"context"
	"strconv"
	"strings"
	"time"
)

// staleAfter is how old a shadow database must be before it counts as left over.
const staleAfter = 15 * time.Minute

// sweep drops the databases of crashed commands. A database is only touched when its name says that it is old and
// nobody is connected to it. The drop is without FORCE: should somebody connect in between, PostgreSQL itself refuses
// it, and a running command is connected all the time. What can't be dropped, such as another role's, is left alone.
func (d *Dev) sweep(ctx context.Context) {
	rows, err := d.admin.DB.QueryContext(ctx,
		`SELECT d.datname, extract(epoch FROM now())::bigint
FROM pg_catalog.pg_database AS d
WHERE starts_with(d.datname::text, $1)
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_activity AS a WHERE a.datid = d.oid)`, Prefix)
	if err != nil {
		return
	}
	var stale []string
	for rows.Next() {
		var (
			name string
			now  int64
		)
		if rows.Scan(&name, &now) == nil && isStale(name, time.Unix(now, 0)) {
			stale = append(stale, name)
		}
	}
	_ = rows.Close()
	for _, name := range stale {
		_, _ = d.admin.DB.ExecContext(ctx, "DROP DATABASE IF EXISTS "+quote(name))
	}
}

// isStale reads the time a shadow database was created at from its name; a name without one is never stale.
func isStale(name string, now time.Time) bool {
	stamp, _, found := strings.Cut(strings.TrimPrefix(name, Prefix), "_")
	if !found || !strings.HasPrefix(name, Prefix) {
		return false
	}
	created, err := strconv.ParseInt(stamp, 16, 64)
	return err == nil && now.Sub(time.Unix(created, 0)) > staleAfter
}
