package lint

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"ariga.io/atlas/sql/migrate"
	"ariga.io/atlas/sql/sqlcheck"
	"ariga.io/atlas/sql/sqlclient"

	"pgplumb-atlas/internal/report"
	"pgplumb-atlas/internal/shadow"
)

// LockName is the advisory lock of a lint run on the dev database, here and in the reference.
const LockName = "atlas_lint"

// lockWait is how long two lint runs, such as those of parallel hooks, wait for each other.
const lockWait = 10 * time.Second

// Run lints. The report is complete also when Failed is returned; any other error means that there is none.
func Run(ctx context.Context, dev *shadow.Dev, d migrate.Dir, detect Detect, analyzers []sqlcheck.Analyzer) (*report.Lint, error) {
	path := ""
	if p, ok := d.(interface{ Path() string }); ok {
		path = p.Path()
	}
	sum := report.NewLint(report.NewEnv(dev.URL, path))
	defer func() { sum.End = time.Now() }()
	if err := integrity(sum, d); err != nil {
		return sum, err
	}
	files, err := d.Files()
	if err != nil {
		return nil, err
	}
	base, fresh, err := detect(ctx, files)
	if err != nil {
		return nil, err
	}
	sum.Step("Detect New Migration Files", fmt.Sprintf("Found %d new migration files (from %d total)", len(fresh), len(files)), nil)
	sum.TotalFiles = len(fresh)
	if len(base) > 0 {
		sum.FromV = base[len(base)-1].Version()
	}
	if len(fresh) > 0 {
		sum.ToV = fresh[len(fresh)-1].Version()
	}
	name := LockName
	if s := dev.Schema(); s != "" {
		name += "_" + s
	}
	unlock, err := dev.Lock(ctx, name, lockWait)
	if err != nil {
		return nil, err
	}
	defer func() { _ = unlock() }()
	err = dev.Fresh(ctx, func(ctx context.Context, client *sqlclient.Client) error {
		return examine(ctx, client, sum, base, fresh, analyzers)
	})
	if ctx.Err() != nil {
		return nil, ctx.Err() // a statement that was cancelled is no finding
	}
	var file *FileError
	if errors.As(err, &file) {
		sum.Files = append(sum.Files, &report.LintFile{Name: file.Name, Error: file.Error()})
		sum.StepError("Replay Migration Files", "Failed loading changes on dev database", file)
		return sum, Failed{file}
	}
	if err != nil {
		return nil, err
	}
	for _, f := range sum.Files {
		if f.Error != "" {
			return sum, Failed{errors.New(f.Error)}
		}
	}
	return sum, nil
}

// Failed is a finding that ends the command with an exit code. The report tells it, so it is not to be printed again.
type Failed struct{ error }

// Unwrap gives the error below.
func (f Failed) Unwrap() error { return f.error }

// integrity compares the files with atlas.sum, where there is one.
func integrity(sum *report.Lint, d migrate.Dir) error {
	const step = "Migration Integrity Check"
	err := migrate.Validate(d)
	switch {
	case errors.Is(err, migrate.ErrChecksumNotFound):
		return nil
	case err == nil:
		if _, err := fs.Stat(d, migrate.HashFileName); err == nil {
			sum.Step(step, fmt.Sprintf("File %s is valid", migrate.HashFileName), nil)
		}
		return nil
	}
	text := err.Error()
	var mismatch *migrate.ChecksumError
	if errors.As(err, &mismatch) {
		text = fmt.Sprintf("%s (%s): L%d: %s was %s", err, migrate.HashFileName, mismatch.Line, mismatch.File, mismatch.Reason)
	}
	sum.Files = append(sum.Files, &report.LintFile{Name: migrate.HashFileName, Error: text})
	sum.StepError(step, fmt.Sprintf("File %s is invalid", migrate.HashFileName), err)
	return Failed{err}
}

// examine loads the new files and runs the analyzers over them.
func examine(ctx context.Context, client *sqlclient.Client, sum *report.Lint, base, fresh []migrate.File, analyzers []sqlcheck.Analyzer) error {
	changes, err := load(ctx, client, base, fresh)
	if err != nil {
		return err
	}
	sum.Step("Replay Migration Files", fmt.Sprintf("Loaded %d changes on dev database", len(changes.files)), nil)
	if text, err := client.MarshalSpec(changes.from); err == nil {
		sum.Schema.Current = string(text)
	}
	if text, err := client.MarshalSpec(changes.to); err == nil {
		sum.Schema.Desired = string(text)
	}
	for _, f := range changes.files {
		quiet := silenceOf(f)
		if quiet.whole {
			continue
		}
		result := report.NewLintFile(f)
		var failures []string
		for _, a := range analyzers {
			if err := analyze(ctx, client, f, a, quiet, result); err != nil {
				failures = append(failures, err.Error())
			}
		}
		result.Error = strings.Join(failures, "; ")
		sum.Files = append(sum.Files, result)
		sum.Step("Analyze "+f.Name(), fmt.Sprintf("%d reports were found in analysis", len(result.Reports)), result)
	}
	return nil
}

// analyze runs one analyzer. What nolint silences is neither reported nor an error.
func analyze(ctx context.Context, client *sqlclient.Client, f *sqlcheck.File, a sqlcheck.Analyzer, quiet silence, result *report.LintFile) (err error) {
	name := ""
	if named, ok := a.(sqlcheck.NamedAnalyzer); ok {
		name = named.Name()
	}
	silenced := false
	defer func() {
		if crash := recover(); crash != nil {
			err = fmt.Errorf("skip crashed analyzer %s: %v", name, crash)
		}
		if silenced {
			err = nil
		}
	}()
	return a.Analyze(ctx, &sqlcheck.Pass{
		File: f,
		Dev:  client,
		Reporter: sqlcheck.ReportWriterFunc(func(r sqlcheck.Report) {
			kept := make([]sqlcheck.Diagnostic, 0, len(r.Diagnostics))
			for _, d := range r.Diagnostics {
				if !quiet.covers(d, name) {
					kept = append(kept, hinted(f, d))
				}
			}
			silenced = len(kept) == 0
			if !silenced {
				result.Reports = append(result.Reports, sqlcheck.Report{Text: r.Text, Diagnostics: kept})
			}
		}),
	})
}
