package cli

import (
	"context"
	"errors"
	"fmt"

	"ariga.io/atlas/sql/postgres"
	_ "ariga.io/atlas/sql/postgres/postgrescheck" // registers the engine's analyzers
	"ariga.io/atlas/sql/sqlcheck"
	"github.com/spf13/cobra"

	"pgplumb-atlas/internal/dir"
	"pgplumb-atlas/internal/lint"
	"pgplumb-atlas/internal/report"
	"pgplumb-atlas/internal/shadow"
)

func lintCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "lint [flags]",
		Short: "Look for dangerous changes in new migration files",
		Long: `Look for dangerous changes in new migration files: dropped tables and columns, changes that depend on the
data, changes that break running programs. The files are executed in an empty database on the dev server.

A comment silences a statement (-- atlas:nolint, -- atlas:nolint destructive, -- atlas:nolint DS103) or, at
the top of a file and followed by an empty line, all of it.`,
		Example: `  atlas migrate lint --env default --latest 1
  atlas migrate lint --env default --git-base origin/main
  atlas migrate lint --env default --latest 1 --format '{{ json .Files }}'`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := loadOne(cmd)
			if err != nil {
				return err
			}
			return runLint(cmd.Context(), s)
		},
	}
	set := cmd.Flags()
	set.SortFlags = false
	addDevFlag(set)
	addDirFlags(set)
	addFormatFlag(set)
	set.Uint("latest", 0, "look at the last N files")
	set.String("git-base", "", "look at the files this git branch does not have")
	set.String("git-dir", ".", "folder of the git repository")
	return cmd
}

func runLint(ctx context.Context, s settings) error {
	configured := s.env.Format.Migrate.Lint
	if configured == "" {
		configured = s.env.Lint.Format
	}
	format := s.format(configured)
	if err := report.Check(format, nil); err != nil {
		return err
	}
	d, err := s.open(false)
	if err != nil {
		return err
	}
	server := s.text(flagDevURL, s.env.DevURL)
	if err := require(map[string]string{flagDevURL: server}); err != nil {
		return err
	}
	detect, err := s.detect(d)
	if err != nil {
		return err
	}
	analyzers, err := sqlcheck.AnalyzerFor(postgres.DriverName, s.env.Lint.Remain())
	if err != nil {
		return err
	}
	dev, err := shadow.Open(ctx, server)
	if err != nil {
		return err
	}
	defer dev.Close()
	sum, err := lint.Run(ctx, dev, d.Dir, detect, analyzers)
	var finding lint.Failed
	if err != nil && !errors.As(err, &finding) {
		return err
	}
	if format == "" {
		sum.Text(s.cmd.OutOrStdout())
		return err
	}
	return errors.Join(err, report.Format(s.cmd.OutOrStdout(), format, sum, nil))
}

// detect chooses how new files are told from old ones: a flag goes before the config, whichever of the two it is.
func (s settings) detect(d directory) (lint.Detect, error) {
	flags := s.cmd.Flags()
	latest, _ := flags.GetUint("latest")
	base, _ := flags.GetString("git-base")
	if !flags.Changed("latest") && !flags.Changed("git-base") {
		latest, base = uint(max(0, s.env.Lint.Latest)), s.env.Lint.Git.Base
	}
	switch {
	case latest > 0 && base != "":
		return nil, errors.New("--latest and --git-base are mutually exclusive")
	case latest > 0:
		return lint.Latest(int(latest)), nil
	case base != "":
		return lint.GitBase(s.text("git-dir", s.env.Lint.Git.Dir), base, dir.Path(d.url)), nil
	default:
		return nil, fmt.Errorf("--latest or --git-base is required")
	}
}
