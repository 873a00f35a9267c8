// Package state finds out what a schema looks like: of a migration directory, of schema files, of a database.
package state

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"ariga.io/atlas/sql/migrate"
	"ariga.io/atlas/sql/schema"
	"ariga.io/atlas/sql/sqlclient"

	"pgplumb-atlas/internal/pg"
)

// StatementError is a statement of a file that PostgreSQL refused.
type StatementError struct {
	// File is the file's name, Line where the statement starts in it, from 1.
	File string
	Line int
	// Pos is the same place as an offset in bytes.
	Pos int
	SQL string
	Err error
}

// Error says where, what, and what to do where that is known.
func (e *StatementError) Error() string {
	text := fmt.Sprintf("%s:%d: executing statement %q: %s", e.File, e.Line, shorten(e.SQL), pg.Message(e.Err))
	if hint := Hint(e.Err); hint != "" {
		text += ". " + hint
	}
	return text
}

// Unwrap gives the error below.
func (e *StatementError) Unwrap() error { return e.Err }

// Replay executes the migrations of a directory in an empty database, up to a version if one is given.
func Replay(ctx context.Context, client *sqlclient.Client, d migrate.Dir, version string) error {
	files, err := migrate.FilesFromLastCheckpoint(d)
	if err != nil {
		return err
	}
	if version != "" {
		last := migrate.FilesLastIndex(files, func(f migrate.File) bool { return f.Version() == version })
		if last < 0 {
			return fmt.Errorf("migration with version %q not found", version)
		}
		files = files[:last+1]
	}
	for _, f := range files {
		if err := Execute(ctx, client, f, f.Name()); err != nil {
			return fmt.Errorf("replaying the migration directory: %w", err)
		}
	}
	return reset(ctx, client)
}

// Execute runs the statements of one file; shown is how messages call it.
func Execute(ctx context.Context, client *sqlclient.Client, f migrate.File, shown string) error {
	statements, err := migrate.FileStmtDecls(client.Driver, f)
	if err != nil {
		return fmt.Errorf("%s: scanning statements: %w", shown, err)
	}
	for _, s := range statements {
		if _, err := client.ExecContext(ctx, s.Text); err != nil {
			return fail(f, shown, s, err)
		}
	}
	return nil
}

func fail(f migrate.File, shown string, s *migrate.Stmt, err error) error {
	if pg.Unreachable(err) || errors.Is(err, context.Canceled) {
		return err
	}
	return &StatementError{File: shown, Line: Line(f.Bytes(), s.Pos), Pos: s.Pos, SQL: s.Text, Err: err}
}

// Line is the number of the line an offset of a file is in.
func Line(content []byte, pos int) int {
	if pos > len(content) {
		pos = len(content)
	}
	return strings.Count(string(content[:pos]), "\n") + 1
}

// reset undoes what SET statements in files left in the session: what follows must see the database as a new
// connection would.
func reset(ctx context.Context, client *sqlclient.Client) error {
	_, err := client.ExecContext(ctx, "RESET ALL")
	return err
}

// Filter narrows what is inspected.
type Filter struct {
	Schemas []string
	Exclude []string
}

// Inspect reads the database a client is connected to, or its one schema where the URL has a search_path.
func Inspect(ctx context.Context, client *sqlclient.Client, filter Filter) (*schema.Realm, error) {
	if client.URL.Schema == "" {
		return client.InspectRealm(ctx, &schema.InspectRealmOption{Schemas: filter.Schemas, Exclude: filter.Exclude})
	}
	found, err := client.InspectSchema(ctx, "", &schema.InspectOptions{Exclude: filter.Exclude})
	if err != nil {
		return nil, err
	}
	if found.Name == "" {
		found.Name = client.URL.Schema
	}
	return migrate.Schema(found).ReadState(ctx)
}

// shorten keeps a long statement from filling the screen.
func shorten(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	const most = 160
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "..."
	}
	return text
}
