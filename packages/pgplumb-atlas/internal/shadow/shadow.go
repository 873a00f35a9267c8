// Package shadow gives a command empty databases to try SQL in: throw-away ones where the role may create them,
// else the dev database itself, cleaned by the engine.
package shadow

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"ariga.io/atlas/sql/migrate"
	"ariga.io/atlas/sql/schema"
	"ariga.io/atlas/sql/sqlclient"

	"pgplumb-atlas/internal/pg"
)

// Prefix is how the databases made for one command of this program are named.
const Prefix = "plumb_shadow_atlas_"

// cleanupTimeout bounds the tidying up after an interrupted command.
const cleanupTimeout = 20 * time.Second

// Dev is a server to try SQL on.
type Dev struct {
	// URL is the dev URL as it was given.
	URL   *sqlclient.URL
	admin *sqlclient.Client
	// inPlace means that the role may create no databases, so the dev database itself is used.
	inPlace bool
}

// Work is what is done in an empty database.
type Work func(ctx context.Context, client *sqlclient.Client) error

// Open connects to the server of a dev URL and drops what crashed commands left there.
func Open(ctx context.Context, raw string) (*Dev, error) {
	u, err := pg.ParseURL(raw)
	if err != nil {
		return nil, err
	}
	named := &sqlclient.URL{URL: u, DSN: u.String(), Schema: u.Query().Get("search_path")}
	admin, err := pg.OpenURL(ctx, withoutSchema(u))
	var missing *pg.MissingDatabaseError
	if errors.As(err, &missing) {
		// Shadow databases need a server, not this very database.
		if other, err2 := pg.OpenURL(ctx, withoutSchema(pg.WithDatabase(u, "postgres"))); err2 == nil {
			dev := &Dev{URL: named, admin: other}
			if may, err3 := dev.mayCreate(ctx); err3 == nil && may {
				dev.sweep(ctx)
				return dev, nil
			}
			_ = dev.Close()
		}
	}
	if err != nil {
		return nil, err
	}
	dev := &Dev{URL: named, admin: admin}
	may, err := dev.mayCreate(ctx)
	if err != nil {
		_ = dev.Close()
		return nil, err
	}
	dev.inPlace = !may
	if may {
		dev.sweep(ctx)
	}
	return dev, nil
}

// withoutSchema is the URL for administration: a search_path there would only hide the system's own objects.
func withoutSchema(u *url.URL) *url.URL {
	other := *u
	query := other.Query()
	query.Del("search_path")
	other.RawQuery = query.Encode()
	return &other
}

// Close ends the connection to the server.
func (d *Dev) Close() error { return d.admin.Close() }

// Client is a connection to the server, for what needs no database of its own.
func (d *Dev) Client() *sqlclient.Client { return d.admin }

// Schema is the schema a dev URL is limited to, or "" for the whole database.
func (d *Dev) Schema() string { return d.URL.Schema }

// Lock takes the advisory lock a command of the same kind by another Atlas would take on the dev database.
func (d *Dev) Lock(ctx context.Context, name string, timeout time.Duration) (schema.UnlockFunc, error) {
	unlock, err := d.admin.Lock(ctx, name, timeout)
	if err != nil {
		return nil, fmt.Errorf("acquiring database lock: %w", err)
	}
	return unlock, nil
}

// Fresh runs work in an empty database and leaves nothing of it behind, whatever happens.
func (d *Dev) Fresh(ctx context.Context, work Work) error {
	if d.inPlace {
		return d.clean(ctx, work)
	}
	return d.throwAway(ctx, work)
}

func (d *Dev) mayCreate(ctx context.Context) (bool, error) {
	var may bool
	row := d.admin.DB.QueryRowContext(ctx, "SELECT rolsuper OR rolcreatedb FROM pg_catalog.pg_roles WHERE rolname = current_user")
	if err := row.Scan(&may); err != nil {
		return false, fmt.Errorf("asking whether the role may create databases: %w", err)
	}
	return may, nil
}

// throwAway creates a database for the work and drops it afterwards.
func (d *Dev) throwAway(ctx context.Context, work Work) (err error) {
	name, err := d.create(ctx)
	if err != nil {
		return err
	}
	// A cancelled command must tidy up all the same, so the drop does not inherit the cancellation.
	defer func() {
		err = errors.Join(err, d.drop(context.WithoutCancel(ctx), name))
	}()
	client, err := pg.OpenURL(ctx, pg.WithDatabase(d.URL.URL, name))
	if err != nil {
		return err
	}
	defer client.Close()
	// One connection stays open all the time: a sweep never drops a database somebody is connected to.
	keep, err := client.DB.Conn(ctx)
	if err != nil {
		return err
	}
	defer keep.Close()
	if err := createSchema(ctx, keep, d.Schema()); err != nil {
		return err
	}
	return work(ctx, client)
}

// createSchema makes the schema a dev URL is limited to; only public is there in a new database.
func createSchema(ctx context.Context, db schema.ExecQuerier, name string) error {
	if name == "" || name == "public" {
		return nil
	}
	if _, err := db.ExecContext(ctx, "CREATE SCHEMA IF NOT EXISTS "+quote(name)); err != nil {
		return fmt.Errorf("creating schema %q of the dev URL's search_path: %w", name, err)
	}
	return nil
}

func (d *Dev) create(ctx context.Context) (string, error) {
	random := make([]byte, 6)
	if _, err := rand.Read(random); err != nil {
		return "", err
	}
	var now int64
	// The server's clock, so that sweeping does not depend on the clocks of several machines.
	if err := d.admin.DB.QueryRowContext(ctx, "SELECT extract(epoch FROM now())::bigint").Scan(&now); err != nil {
		return "", err
	}
	name := fmt.Sprintf("%s%x_%s", Prefix, now, hex.EncodeToString(random))
	err := createDatabase(ctx, d.admin, name)
	switch {
	case err == nil:
		return name, nil
	case ctx.Err() != nil:
		// Cancelled while it was being created: it may be there.
		_ = d.drop(context.WithoutCancel(ctx), name)
		return "", err
	default:
		return "", fmt.Errorf("creating a shadow database on %s: %w", pg.Address(d.URL.URL), err)
	}
}

// createDatabase waits a little where another command has template0 in its hands.
func createDatabase(ctx context.Context, admin *sqlclient.Client, name string) error {
	for attempt := 0; ; attempt++ {
		_, err := admin.DB.ExecContext(ctx, "CREATE DATABASE "+quote(name)+" TEMPLATE template0")
		if ctx.Err() != nil || pg.Code(err) != pg.ObjectInUse || attempt == 10 {
			return err
		}
		time.Sleep(100 * time.Millisecond)
	}
}

func (d *Dev) drop(ctx context.Context, name string) error {
	if !strings.HasPrefix(name, Prefix) {
		return fmt.Errorf("refusing to drop %q: not a shadow database", name)
	}
	ctx, cancel := context.WithTimeout(ctx, cleanupTimeout)
	defer cancel()
	if err := dropForcibly(ctx, d.admin, name); err != nil {
		return fmt.Errorf("dropping the shadow database %s: %w", name, err)
	}
	return nil
}

// dropForcibly drops a database whoever is connected to it.
func dropForcibly(ctx context.Context, admin *sqlclient.Client, name string) error {
	// WITH (FORCE) came with PostgreSQL 13; older servers need the stragglers ended by hand.
	_, err := admin.DB.ExecContext(ctx, "DROP DATABASE IF EXISTS "+quote(name)+" WITH (FORCE)")
	if pg.Code(err) == "42601" {
		_, _ = admin.DB.ExecContext(ctx, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", name)
		_, err = admin.DB.ExecContext(ctx, "DROP DATABASE IF EXISTS "+quote(name))
	}
	return err
}

// clean lends out the dev database itself: the engine checks that it is empty and restores it.
func (d *Dev) clean(ctx context.Context, work Work) (err error) {
	client, err := pg.OpenURL(ctx, d.URL.URL)
	if err != nil {
		return err
	}
	defer client.Close()
	restore, err := client.Snapshot(ctx)
	if dirty := (*migrate.NotCleanError)(nil); errors.As(err, &dirty) {
		return fmt.Errorf("the dev database %q is not clean (%s), and this role may not create a database of its own: "+
			"empty it, or give the role CREATEDB", pg.Database(d.URL.URL), dirty.Reason)
	}
	if err != nil {
		return fmt.Errorf("looking at the dev database: %w", err)
	}
	defer func() {
		// An interrupted command has to leave the dev database clean as well.
		tidy, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanupTimeout)
		defer cancel()
		if err2 := restore(tidy); err2 != nil {
			err = errors.Join(err, fmt.Errorf("cleaning the dev database: %w", err2))
		}
	}()
	return work(ctx, client)
}

func quote(name string) string {
	return `"` + strings.ReplaceAll(name, `"`, `""`) + `"`
}
