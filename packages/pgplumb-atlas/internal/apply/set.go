package apply

import (
	"context"
	"errors"
	"fmt"
	"time"

	"ariga.io/atlas/sql/migrate"

	"pgplumb-atlas/internal/report"
	"pgplumb-atlas/internal/revision"
)

// Set edits the history so that all files up to a version count as applied and none after it. Without a version it
// goes by the last file of the directory, which takes a history to start from.
func Set(ctx context.Context, d migrate.Dir, table *revision.Table, version *string, operator string) (*report.Set, error) {
	files, err := d.Files()
	if err != nil {
		return nil, err
	}
	revisions, err := table.ReadRevisions(ctx)
	if err != nil {
		return nil, err
	}
	target, err := target(files, revisions, version)
	if err != nil {
		return nil, err
	}
	out := &report.Set{}
	latest := ""
	for _, r := range revisions {
		switch {
		case r.Version > target:
			out.Remove(r)
			if err := table.DeleteRevision(ctx, r.Version); err != nil {
				return nil, err
			}
			continue
		case r.Version == target && (r.Error != "" || r.Applied != r.Total):
			// Somebody finished by hand what failed: from now on it counts as done.
			r.Type = migrate.RevisionTypeExecute | migrate.RevisionTypeResolved
			out.Add(r)
			if err := table.WriteRevision(ctx, r); err != nil {
				return nil, err
			}
		}
		latest = r.Version
	}
	sum, err := d.Checksum()
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		if f.Version() <= latest || f.Version() > target {
			continue
		}
		hash, err := sum.SumByName(f.Name())
		if err != nil {
			return nil, err
		}
		r := &migrate.Revision{
			Version:         f.Version(),
			Description:     f.Desc(),
			Type:            migrate.RevisionTypeResolved,
			ExecutedAt:      time.Now(),
			Hash:            hash,
			OperatorVersion: operator,
		}
		out.Add(r)
		if err := table.WriteRevision(ctx, r); err != nil {
			return nil, err
		}
	}
	out.Current, err = table.Current(ctx)
	if err != nil && !errors.Is(err, migrate.ErrRevisionNotExist) {
		return nil, err
	}
	return out, nil
}

// target is the version to set: "" empties the history.
func target(files []migrate.File, revisions []*migrate.Revision, version *string) (string, error) {
	if version != nil {
		if migrate.FilesLastIndex(files, func(f migrate.File) bool { return f.Version() == *version }) < 0 {
			return "", fmt.Errorf("migration with version %q not found", *version)
		}
		return *version, nil
	}
	if len(revisions) == 0 {
		return "", errors.New("accepts 1 arg(s), received 0: there is no history yet, so say the version to set")
	}
	if len(files) == 0 {
		return "", nil
	}
	return files[len(files)-1].Version(), nil
}
