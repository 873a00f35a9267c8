package apply

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"ariga.io/atlas/sql/migrate"
	"ariga.io/atlas/sql/sqlclient"

	"pgplumb-atlas/internal/report"
	"pgplumb-atlas/internal/revision"
)

// Status compares a database with a migration directory. It changes nothing.
func Status(ctx context.Context, client *sqlclient.Client, d migrate.Dir, table *revision.Table, env report.Env) (*report.Status, error) {
	s := &report.Status{Env: env}
	if !table.Exists() {
		files, err := migrate.FilesFromLastCheckpoint(d)
		if err != nil {
			return nil, err
		}
		s.Available, s.Pending = files, files
	} else {
		done, err := compare(ctx, s, client, d, table)
		if err != nil || done {
			return s, err
		}
	}
	s.Current = "No migration applied yet"
	if len(s.Pending) != len(s.Available) && len(s.Applied) > 0 {
		s.Current = s.Applied[len(s.Applied)-1].Version
	}
	s.Status, s.Next = "OK", "Already at latest version"
	if len(s.Pending) > 0 {
		s.Status, s.Next = "PENDING", s.Pending[0].Version()
	}
	return s, partly(s, client)
}

// compare fills in what is applied and pending; done says that files are out of order, which is all to report then.
func compare(ctx context.Context, s *report.Status, client *sqlclient.Client, d migrate.Dir, table *revision.Table) (done bool, err error) {
	if s.Applied, err = table.ReadRevisions(ctx); err != nil {
		return false, err
	}
	ex, err := migrate.NewExecutor(client.Driver, d, revision.DryRun{Table: table}, migrate.WithAllowDirty(true))
	if err != nil {
		return false, err
	}
	pending, err := ex.Pending(ctx)
	var disorder *migrate.HistoryNonLinearError
	switch {
	case errors.As(err, &disorder):
		s.Status, s.Error = "PENDING", disorder.Error()
		s.Pending, s.OutOfOrder = disorder.Pending, disorder.OutOfOrder
		s.Current = s.Applied[len(s.Applied)-1].Version
		return true, nil
	case err != nil && !errors.Is(err, migrate.ErrNoPendingFiles):
		return false, err
	}
	s.Pending = pending
	if len(s.Applied) == 0 {
		s.Available = pending
		return false, nil
	}
	files, err := d.Files()
	s.Available = files
	return false, err
}

// partly adds how far the last file got when it failed outside a transaction.
func partly(s *report.Status, client *sqlclient.Client) error {
	if len(s.Applied) == 0 {
		return nil
	}
	last := s.Applied[len(s.Applied)-1]
	if last.Type.Has(migrate.RevisionTypeResolved) || last.Applied >= last.Total {
		return nil
	}
	i := migrate.FilesLastIndex(s.Available, func(f migrate.File) bool { return f.Version() == last.Version })
	if i < 0 {
		return fmt.Errorf("migration file with version %q not found", last.Version)
	}
	statements, err := migrate.FileStmtDecls(client.Driver, s.Available[i])
	if err != nil {
		return err
	}
	s.SQL = strings.ReplaceAll(last.ErrorStmt, "\n", " ")
	s.Error = strings.ReplaceAll(last.Error, "\n", " ")
	s.Count, s.Total = last.Applied, len(statements)
	return nil
}
