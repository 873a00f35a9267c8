package shadow

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"ariga.io/atlas/sql/sqlclient"

	"pgplumb-atlas/internal/pg"
)

// FamilyPrefix is how every database is named that may be created and dropped unasked.
const FamilyPrefix = "plumb_shadow_"

// Borrowed is a dev database that is there for the time of one command only.
type Borrowed struct {
	url  *url.URL
	name string
}

// CreateMissing creates the database of a dev URL for a program that wants it to exist. It gives nil where there is
// nothing to do: where the name is not one of FamilyPrefix, and where the database exists, which is then left alone.
// What it gives is to be given back, even along with an error.
func CreateMissing(ctx context.Context, raw string) (*Borrowed, error) {
	u, err := pg.ParseURL(raw)
	if err != nil {
		return nil, err
	}
	name := pg.Database(u)
	if !strings.HasPrefix(name, FamilyPrefix) {
		return nil, nil
	}
	client, err := pg.OpenURL(ctx, withoutSchema(u))
	if err == nil {
		return nil, client.Close()
	}
	var missing *pg.MissingDatabaseError
	if !errors.As(err, &missing) {
		return nil, err
	}
	b := &Borrowed{url: u, name: name}
	admin, err := b.admin(ctx)
	if err != nil {
		return nil, err
	}
	defer admin.Close()
	// Once begun it is not cancelled: whether the database is this command's to drop must be known.
	creating, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanupTimeout)
	defer cancel()
	if err := createDatabase(creating, admin, name); err != nil {
		return nil, err
	}
	return b, b.prepare(ctx)
}

// prepare makes the schema the dev URL is limited to.
func (b *Borrowed) prepare(ctx context.Context) error {
	client, err := pg.OpenURL(ctx, withoutSchema(b.url))
	if err != nil {
		return err
	}
	defer client.Close()
	return createSchema(ctx, client.DB, b.url.Query().Get("search_path"))
}

// GiveBack drops the database. Only by force does it end the sessions of others: those of a program that was killed may
// go on for a while, but after one that ended well they are somebody else's who found the database there.
func (b *Borrowed) GiveBack(ctx context.Context, force bool) error {
	if !strings.HasPrefix(b.name, FamilyPrefix) {
		return fmt.Errorf("refusing to drop %q: not a shadow database", b.name)
	}
	ctx, cancel := context.WithTimeout(ctx, cleanupTimeout)
	defer cancel()
	admin, err := b.admin(ctx)
	if err != nil {
		return err
	}
	defer admin.Close()
	if force {
		err = dropForcibly(ctx, admin, b.name)
	} else {
		_, err = admin.DB.ExecContext(ctx, "DROP DATABASE IF EXISTS "+quote(b.name))
	}
	if err != nil {
		return fmt.Errorf("the dev database %s, made for this command, is still there: %s", b.name, pg.Message(err))
	}
	return nil
}

// admin connects to the server, not to the database itself.
func (b *Borrowed) admin(ctx context.Context) (*sqlclient.Client, error) {
	return pg.OpenURL(ctx, withoutSchema(pg.WithDatabase(b.url, "postgres")))
}
