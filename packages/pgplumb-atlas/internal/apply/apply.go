// Package apply runs pending migrations on a database and answers how far a database has come.
package apply

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"ariga.io/atlas/sql/migrate"
	"ariga.io/atlas/sql/sqlclient"

	"pgplumb-atlas/internal/report"
	"pgplumb-atlas/internal/revision"
)

// LockName is the advisory lock commands that change the revision table hold, here and in the reference.
const LockName = "atlas_migrate_execute"

// Options say what to run and how.
type Options struct {
	Client *sqlclient.Client
	Dir    migrate.Dir
	Table  *revision.Table
	Report *report.Apply
	// TxMode is file, all or none; a file's own directive may choose between file and none.
	TxMode     string
	ExecOrder  string
	Baseline   string
	Operator   string
	AllowDirty bool
	DryRun     bool
	// Count is the most files to run, 0 for all; ToVersion the last version to run.
	Count     int
	ToVersion string
}

// ExecOrders are the values of --exec-order.
var ExecOrders = map[string]migrate.ExecOrder{
	"linear":      migrate.ExecOrderLinear,
	"linear-skip": migrate.ExecOrderLinearSkip,
	"non-linear":  migrate.ExecOrderNonLinear,
}

// Run applies what is pending. The report tells what happened also when an error is returned.
func Run(ctx context.Context, o Options) error {
	var revisions migrate.RevisionReadWriter = o.Table
	if o.DryRun {
		revisions = revision.DryRun{Table: o.Table}
	} else if err := o.Table.Create(ctx); err != nil {
		return err
	}
	pending, err := o.pending(ctx, revisions)
	if err != nil && !errors.Is(err, migrate.ErrNoPendingFiles) {
		return err
	}
	// Read only now: asking for what is pending may have written a baseline.
	applied, err2 := revisions.ReadRevisions(ctx)
	if err2 != nil {
		return err2
	}
	if err != nil {
		migrate.LogNoPendingFiles(o.Report, applied)
		return nil
	}
	if pending, err = o.limit(pending); err != nil {
		return err
	}
	migrate.LogIntro(o.Report, applied, pending)
	if err := o.execute(ctx, revisions, pending); err != nil {
		o.Report.Error = plain(err)
		if o.Report.End.IsZero() {
			o.Report.End = o.Report.Start
		}
		return err
	}
	o.Report.Log(migrate.LogDone{})
	return nil
}

func (o Options) executorOptions() ([]migrate.ExecutorOption, error) {
	order, ok := ExecOrders[o.ExecOrder]
	if !ok {
		return nil, fmt.Errorf("unknown execution order: %q", o.ExecOrder)
	}
	options := []migrate.ExecutorOption{
		migrate.WithExecOrder(order),
		migrate.WithOperatorVersion(o.Operator),
		migrate.WithLogger(o.Report),
		migrate.WithAllowDirty(o.AllowDirty),
	}
	if o.Baseline != "" {
		options = append(options, migrate.WithBaselineVersion(o.Baseline))
	}
	return options, nil
}

func (o Options) pending(ctx context.Context, revisions migrate.RevisionReadWriter) ([]migrate.File, error) {
	options, err := o.executorOptions()
	if err != nil {
		return nil, err
	}
	ex, err := migrate.NewExecutor(o.Client.Driver, o.Dir, revisions, options...)
	if err != nil {
		return nil, err
	}
	pending, err := ex.Pending(ctx)
	var dirty *migrate.NotCleanError
	if errors.As(err, &dirty) {
		return nil, o.elsewhere(ctx, err)
	}
	return pending, err
}

// elsewhere adds to "not clean" that the history may be kept in another schema, which a search_path in the URL or
// its absence makes easy to miss.
func (o Options) elsewhere(ctx context.Context, err error) error {
	schemas, err2 := revision.Schemas(ctx, o.Client)
	if err2 != nil {
		return err
	}
	here := o.Table.Ident().Schema
	schemas = slices.DeleteFunc(schemas, func(s string) bool { return s == here })
	if len(schemas) == 0 {
		return err
	}
	return fmt.Errorf("%w. The schema %q has no history, but there is a revision table in: %s. "+
		"A search_path in the URL moves the table; say which one to use with --revisions-schema", err, here, strings.Join(schemas, ", "))
}

// limit cuts the pending files to the number or version that was asked for.
func (o Options) limit(pending []migrate.File) ([]migrate.File, error) {
	if o.ToVersion != "" {
		last := migrate.FilesLastIndex(pending, func(f migrate.File) bool { return f.Version() == o.ToVersion })
		if last < 0 {
			return nil, fmt.Errorf("migration with version %q not found among the pending files", o.ToVersion)
		}
		pending = pending[:last+1]
	}
	if o.Count > 0 && o.Count < len(pending) {
		pending = pending[:o.Count]
	}
	return pending, nil
}

func (o Options) execute(ctx context.Context, revisions migrate.RevisionReadWriter, pending []migrate.File) error {
	options, err := o.executorOptions()
	if err != nil {
		return err
	}
	tx := &transactions{options: o, revisions: revisions}
	for _, f := range pending {
		driver, rows, err := tx.begin(ctx, f)
		if err != nil {
			return tx.rollback(err)
		}
		ex, err := migrate.NewExecutor(driver, o.Dir, rows, options...)
		if err != nil {
			return tx.rollback(err)
		}
		if err := ex.Execute(ctx, f); err != nil {
			return tx.rollback(tx.explain(f, err))
		}
		if err := tx.endOfFile(); err != nil {
			return fmt.Errorf("committing %s: %w. Nothing of it is in the database", f.Name(), err)
		}
	}
	if err := tx.commit(); err != nil {
		return fmt.Errorf("committing: %w. Nothing of this run is in the database", err)
	}
	return nil
}
