package lint

import (
	"context"
	"errors"
	"fmt"

	"ariga.io/atlas/sql/migrate"
	"ariga.io/atlas/sql/schema"
	"ariga.io/atlas/sql/sqlcheck"
	"ariga.io/atlas/sql/sqlclient"

	"pgplumb-atlas/internal/pg"
	"pgplumb-atlas/internal/state"
)

// wholeFile is the number of statements from which the very first file of a directory is looked at as one change:
// nothing is there yet that its statements could destroy, and looking after each of them takes long.
const wholeFile = 10

// loaded is what the new files do.
type loaded struct {
	from, to *schema.Realm
	files    []*sqlcheck.File
}

// FileError is a file that can't be executed: a finding, not a failure of the command.
type FileError struct {
	Name string
	Err  error
}

// Error gives the error below, which names the file.
func (e *FileError) Error() string { return e.Err.Error() }

// Unwrap gives the error below.
func (e *FileError) Unwrap() error { return e.Err }

// load executes the files that are known, then each statement of the new ones, comparing the schema before and after.
func load(ctx context.Context, client *sqlclient.Client, base, fresh []migrate.File) (*loaded, error) {
	if i := migrate.FilesLastIndex(base, isCheckpoint); i > 0 {
		base = base[i:]
	}
	for _, f := range base {
		if err := execute(ctx, client, f); err != nil {
			return nil, err
		}
	}
	current, err := inspect(ctx, client)
	if err != nil {
		return nil, err
	}
	out := &loaded{from: current}
	for i, f := range fresh {
		file := &sqlcheck.File{File: f, From: current}
		out.files = append(out.files, file)
		if isCheckpoint(f) {
			continue // it repeats what the files before it did
		}
		if current, err = follow(ctx, client, file, current, len(base) == 0 && i == 0); err != nil {
			return nil, err
		}
		file.To = current
	}
	out.to = current
	return out, nil
}

func isCheckpoint(f migrate.File) bool {
	c, ok := f.(migrate.CheckpointFile)
	return ok && c.IsCheckpoint()
}

func execute(ctx context.Context, client *sqlclient.Client, f migrate.File) error {
	return finding(f, state.Execute(ctx, client, f, f.Name()))
}

// finding tells an error in a file from a server that went away or a command that was interrupted.
func finding(f migrate.File, err error) error {
	if err == nil || pg.Unreachable(err) || errors.Is(err, context.Canceled) {
		return err
	}
	return &FileError{Name: f.Name(), Err: err}
}

// follow executes a new file and notes its changes.
func follow(ctx context.Context, client *sqlclient.Client, file *sqlcheck.File, start *schema.Realm, first bool) (*schema.Realm, error) {
	statements, err := migrate.FileStmtDecls(client.Driver, file.File)
	if err != nil {
		return nil, &FileError{Name: file.Name(), Err: fmt.Errorf("%s: scanning statements: %w", file.Name(), err)}
	}
	if first && len(statements) > wholeFile {
		return followWhole(ctx, client, file, start)
	}
	current := start
	for _, s := range statements {
		one := migrate.NewLocalFile(file.Name(), file.Bytes())
		if err := step(ctx, client, one, s); err != nil {
			return nil, err
		}
		next, err := inspect(ctx, client)
		if err != nil {
			return nil, err
		}
		changes, err := client.RealmDiff(current, next)
		if err != nil {
			return nil, err
		}
		file.Changes = append(file.Changes, &sqlcheck.Change{Stmt: s, Changes: changes})
		current = next
	}
	file.Sum, err = client.RealmDiff(start, current)
	return current, err
}

func step(ctx context.Context, client *sqlclient.Client, f migrate.File, s *migrate.Stmt) error {
	if _, err := client.ExecContext(ctx, s.Text); err != nil {
		return finding(f, &state.StatementError{
			File: f.Name(), Line: state.Line(f.Bytes(), s.Pos), Pos: s.Pos, SQL: s.Text, Err: err,
		})
	}
	return nil
}

func followWhole(ctx context.Context, client *sqlclient.Client, file *sqlcheck.File, start *schema.Realm) (*schema.Realm, error) {
	if err := execute(ctx, client, file.File); err != nil {
		return nil, err
	}
	current, err := inspect(ctx, client)
	if err != nil {
		return nil, err
	}
	changes, err := client.RealmDiff(start, current)
	if err != nil {
		return nil, err
	}
	file.Changes = append(file.Changes, &sqlcheck.Change{Changes: changes, Stmt: &migrate.Stmt{}})
	file.Sum = changes
	return current, nil
}

func inspect(ctx context.Context, client *sqlclient.Client) (*schema.Realm, error) {
	return state.Inspect(ctx, client, state.Filter{})
}
