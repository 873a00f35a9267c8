package dir

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"ariga.io/atlas/sql/migrate"
)

// Write adds the files of a plan to a directory and renews atlas.sum. It gives the names of the new files.
func Write(ctx context.Context, d migrate.Dir, formatter migrate.Formatter, plan *migrate.Plan, edit func(string, []byte) ([]byte, error)) ([]string, error) {
	if strings.ContainsAny(plan.Name, `/\`) {
		return nil, fmt.Errorf("the name %q can't be part of a file name", plan.Name)
	}
	if err := waitForVersion(ctx, d); err != nil {
		return nil, err
	}
	files, err := formatter.Format(plan)
	if err != nil {
		return nil, err
	}
	names := make([]string, 0, len(files))
	for _, f := range files {
		content := f.Bytes()
		if edit != nil {
			if content, err = edit(f.Name(), content); err != nil {
				return nil, err
			}
		}
		if _, err := fs.Stat(d, f.Name()); err == nil {
			return nil, fmt.Errorf("%s exists already, it was not overwritten", f.Name())
		} else if !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		if err := d.WriteFile(f.Name(), content); err != nil {
			return nil, err
		}
		names = append(names, f.Name())
	}
	return names, Hash(d)
}

// Hash computes atlas.sum anew.
func Hash(d migrate.Dir) error {
	sum, err := d.Checksum()
	if err != nil {
		return err
	}
	return migrate.WriteSumFile(d, sum)
}

// waitForVersion lets the second pass in which another file was made: versions are times in seconds, and two files
// of one version could not be applied.
func waitForVersion(ctx context.Context, d migrate.Dir) error {
	files, err := d.Files()
	if err != nil {
		return err
	}
	taken := make(map[string]bool, len(files))
	for _, f := range files {
		taken[f.Version()] = true
	}
	for taken[migrate.NewVersion()] {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
	return nil
}
