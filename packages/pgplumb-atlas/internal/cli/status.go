package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"ariga.io/atlas/sql/sqlclient"
	"github.com/spf13/cobra"

	"pgplumb-atlas/internal/apply"
	"pgplumb-atlas/internal/dir"
	"pgplumb-atlas/internal/pg"
	"pgplumb-atlas/internal/report"
	"pgplumb-atlas/internal/revision"
)

func statusCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "status [flags]",
		Short:   "Compare a database with the migration files",
		Example: "  atlas migrate status --env default\n  atlas migrate status --env default --format '{{ json . }}'",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := loadOne(cmd)
			if err != nil {
				return err
			}
			return runStatus(cmd.Context(), s)
		},
	}
	cmd.Flags().SortFlags = false
	addURLFlag(cmd.Flags())
	addFormatFlag(cmd.Flags())
	addDirFlags(cmd.Flags())
	addRevisionsFlag(cmd.Flags())
	return cmd
}

func runStatus(ctx context.Context, s settings) error {
	format := s.format(s.env.Format.Migrate.Status)
	if err := report.Check(format, report.StatusFunctions); err != nil {
		return err
	}
	d, err := s.openValid(false)
	if err != nil {
		return err
	}
	target := s.text(flagURL, s.env.URL)
	if err := require(map[string]string{flagURL: target}); err != nil {
		return err
	}
	client, err := pg.Open(ctx, target)
	if err != nil {
		return err
	}
	defer client.Close()
	table, err := s.table(ctx, client)
	if err != nil {
		return err
	}
	shown, err := dir.WithFormat(d.shown, "atlas")
	if err != nil {
		return err
	}
	found, err := apply.Status(ctx, client, d.Dir, table, report.NewEnv(client.URL, shown))
	if err != nil {
		return err
	}
	if !table.Exists() {
		s.noteOtherTables(ctx, client, table)
	}
	if format != "" {
		return report.Format(s.cmd.OutOrStdout(), format, found, report.StatusFunctions)
	}
	found.Text(s.cmd.OutOrStdout())
	return nil
}

// noteOtherTables says where there is a history when the schema looked at has none: a search_path in the URL, or the
// lack of one, makes that easy to miss.
func (s settings) noteOtherTables(ctx context.Context, client *sqlclient.Client, table *revision.Table) {
	schemas, err := revision.Schemas(ctx, client)
	here := table.Ident().Schema
	schemas = slices.DeleteFunc(schemas, func(name string) bool { return name == here })
	if err != nil || len(schemas) == 0 {
		return
	}
	s.note("%s", fmt.Sprintf("Note: the schema %q has no revision table, but there is one in: %s. Choose it with --%s.",
		here, strings.Join(schemas, ", "), flagRevisions))
}
