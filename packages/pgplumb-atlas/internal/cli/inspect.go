package cli

import (
	"context"
	"fmt"

	"ariga.io/atlas/sql/sqlclient"
	"github.com/spf13/cobra"

	"pgplumb-atlas/internal/pg"
	"pgplumb-atlas/internal/report"
	"pgplumb-atlas/internal/shadow"
	"pgplumb-atlas/internal/state"
)

func inspectCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "inspect",
		Short: "Print the schema of a database or of schema files",
		Long: `Print the schema of a database, of schema files or of a migration directory, in Atlas's language or, with
--format '{{ sql . }}' or '{{ json . }}', as SQL or JSON.`,
		Example: `  atlas schema inspect --env default
  atlas schema inspect --url "postgres://user:pass@localhost:5432/app?sslmode=disable" --format '{{ sql . "  " }}'`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := loadOne(cmd)
			if err != nil {
				return err
			}
			return runInspect(cmd.Context(), s)
		},
	}
	set := cmd.Flags()
	set.SortFlags = false
	set.StringSliceP(flagURL, "u", nil, "database, or files to read the schema from, as URLs")
	addDevFlag(set)
	set.StringSliceP(flagSchema, "s", nil, "schemas to print")
	set.StringSlice(flagExclude, nil, "glob patterns of what to leave out")
	addFormatFlag(set)
	return cmd
}

func runInspect(ctx context.Context, s settings) error {
	format := s.format(s.env.Format.Schema.Inspect)
	if err := report.Check(format, report.InspectFunctions); err != nil {
		return err
	}
	desired := state.Desired{
		URLs:   s.inspected(),
		Env:    s.env,
		Vars:   s.env.Variables(variables(s.cmd)),
		Filter: state.Filter{Schemas: s.list(flagSchema, s.env.Schemas), Exclude: s.list(flagExclude, s.env.Exclude)},
	}
	if len(desired.URLs) == 0 {
		return require(map[string]string{flagURL: ""})
	}
	fromFiles, err := state.UsesDev(desired.URLs, s.env)
	if err != nil {
		return err
	}
	if !fromFiles {
		target, err := desired.Target()
		if err != nil {
			return err
		}
		client, err := pg.OpenURL(ctx, target)
		if err != nil {
			return err
		}
		defer client.Close()
		return s.printSchema(ctx, desired, client, client.URL.Schema != "", format)
	}
	server := s.text(flagDevURL, s.env.DevURL)
	if err := require(map[string]string{flagDevURL: server}); err != nil {
		return err
	}
	dev, err := shadow.Open(ctx, server)
	if err != nil {
		return err
	}
	defer dev.Close()
	desired.Dev = dev
	return s.printSchema(ctx, desired, dev.Client(), dev.Schema() != "", format)
}

// inspected are the URLs to read a schema from.
func (s settings) inspected() []string {
	var configured []string
	if s.env.URL != "" {
		configured = []string{s.env.URL}
	}
	return s.list(flagURL, configured)
}

func (s settings) printSchema(ctx context.Context, desired state.Desired, client *sqlclient.Client, scoped bool, format string) error {
	realm, err := desired.Read(ctx)
	if err != nil {
		return err
	}
	found := report.NewInspect(ctx, client, realm, scoped)
	if format != "" {
		return report.Format(s.cmd.OutOrStdout(), format, found, report.InspectFunctions)
	}
	text, err := found.MarshalHCL()
	if err != nil {
		return err
	}
	fmt.Fprint(s.cmd.OutOrStdout(), text)
	return nil
}
