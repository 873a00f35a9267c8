package apply

import (
	"context"
	"errors"
	"fmt"

	"ariga.io/atlas/sql/migrate"
	"ariga.io/atlas/sql/sqlclient"

	"pgplumb-atlas/internal/state"
)

// The transaction modes.
const (
	TxFile = "file"
	TxAll  = "all"
	TxNone = "none"
)

// transactions gives each file the connection its mode asks for.
type transactions struct {
	options   Options
	revisions migrate.RevisionReadWriter
	open      *sqlclient.TxClient
	mode      string
}

// begin opens the transaction a file needs, if it needs a new one.
func (t *transactions) begin(ctx context.Context, f migrate.File) (migrate.Driver, migrate.RevisionReadWriter, error) {
	mode, err := t.modeOf(f)
	if err != nil {
		return nil, nil, err
	}
	t.mode = mode
	switch {
	case t.options.DryRun:
		return dryDriver{t.options.Client.Driver}, t.revisions, nil
	case mode == TxNone:
		return t.options.Client.Driver, t.revisions, nil
	case t.open == nil:
		if t.open, err = t.options.Client.Tx(ctx, nil); err != nil {
			return nil, nil, err
		}
	}
	// The revision is part of the transaction: it is there if and only if the migration is.
	return t.open.Driver, t.options.Table.On(t.open.Driver), nil
}

// modeOf is the run's mode or the file's own.
func (t *transactions) modeOf(f migrate.File) (string, error) {
	global := t.options.TxMode
	if global != TxFile && global != TxAll && global != TxNone {
		return "", fmt.Errorf("unknown tx-mode %q", global)
	}
	file, ok := f.(interface{ Directive(string) []string })
	if !ok {
		return global, nil
	}
	modes := file.Directive("txmode")
	switch {
	case len(modes) == 0:
		return global, nil
	case len(modes) > 1:
		return "", fmt.Errorf("multiple txmode values found in file %q: %q", f.Name(), modes)
	case modes[0] == TxAll:
		return "", fmt.Errorf("txmode %q is not allowed in file directive %q. Use %q instead", TxAll, f.Name(), TxFile)
	case modes[0] != TxFile && modes[0] != TxNone:
		return "", fmt.Errorf("unknown txmode %q found in file directive %q", modes[0], f.Name())
	case global == TxAll:
		return "", fmt.Errorf("cannot set txmode directive to %q in %q when txmode %q is set globally", modes[0], f.Name(), TxAll)
	default:
		return modes[0], nil
	}
}

// explain says of a statement that failed what of its file is in the database now: the row of a file that was rolled
// back is gone with it, so `migrate status` can't tell.
func (t *transactions) explain(f migrate.File, err error) error {
	var failed *migrate.StmtExecError
	if t.options.DryRun || !errors.As(err, &failed) || errors.Is(err, context.Canceled) {
		return err
	}
	var text string
	switch t.mode {
	case TxAll:
		text = "All files of this run were rolled back: the database is as it was before"
	case TxFile:
		text = fmt.Sprintf("%s was rolled back as a whole: nothing of this attempt is in the database, and "+
			"'atlas migrate status' lists it as pending", f.Name())
	default:
		text = fmt.Sprintf("%s runs outside a transaction: the statements before this one are in the database. "+
			"Fix the file from this statement on and apply again: it continues there", f.Name())
	}
	if hint := state.Hint(failed.Err); hint != "" {
		text = hint + ". " + text
	}
	return &explained{failed: failed, all: err, more: text}
}

// explained is a failed statement and what follows from it.
type explained struct {
	failed *migrate.StmtExecError
	all    error
	more   string
}

// Error leaves out that the revision could not be written either: in a transaction that failed nothing can.
func (e *explained) Error() string { return e.failed.Error() + "\n" + e.more + "." }

// Unwrap gives all that went wrong.
func (e *explained) Unwrap() error { return e.all }

// plain is the engine's own text of an error, as reports in a format of the user's have it.
func plain(err error) string {
	var e *explained
	if errors.As(err, &e) {
		return e.all.Error()
	}
	return err.Error()
}

func (t *transactions) rollback(err error) error {
	if t.open == nil {
		return err
	}
	// A cancelled transaction has been rolled back already, which is no second error.
	_ = t.open.Rollback()
	t.open = nil
	return err
}

func (t *transactions) endOfFile() error {
	if t.options.TxMode == TxAll {
		return nil
	}
	return t.commit()
}

func (t *transactions) commit() error {
	if t.open == nil {
		return nil
	}
	open := t.open
	t.open = nil
	return open.Commit()
}
