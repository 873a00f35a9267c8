package revision

import (
	"context"

	"ariga.io/atlas/sql/migrate"
)

// DryRun reads a table and writes nothing to it.
type DryRun struct{ *Table }

// WriteRevision does nothing.
func (DryRun) WriteRevision(context.Context, *migrate.Revision) error { return nil }

// DeleteRevision does nothing.
func (DryRun) DeleteRevision(context.Context, string) error { return nil }
