package cli

import (
	"context"
	"errors"
	"fmt"

	"ariga.io/atlas/sql/migrate"
	"github.com/spf13/cobra"

	"pgplumb-atlas/internal/dir"
	"pgplumb-atlas/internal/plan"
	"pgplumb-atlas/internal/shadow"
	"pgplumb-atlas/internal/state"
)

// diffLock is the advisory lock of a diff on the dev database, here and in the reference.
const diffLock = "atlas_migrate_diff"

func diffCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "diff [flags] [name]",
		Short: "Write the migration that leads from the migration files to the desired schema",
		Long: `Write the migration that leads from the migration files to the desired schema.

Migration files and desired schema are each tried out in an empty database on the dev server, and compared.
The comparison covers tables, columns, indexes, constraints and enums. The new migration is tried out before
it is written: one that could not be applied is refused with the reason.`,
		Example: `  atlas migrate diff add_email --env default
  atlas migrate diff --dir file://db/migrations --to file://db/schema/tables.sql \
    --dev-url "postgres://user:pass@localhost:5432/dev?sslmode=disable&search_path=public" add_email
  atlas migrate diff --env default --format '{{ sql . "  " }}'`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := loadOne(cmd)
			if err != nil {
				return err
			}
			return runDiff(cmd.Context(), s, args)
		},
	}
	set := cmd.Flags()
	set.SortFlags = false
	set.StringSlice(flagTo, nil, "desired schema: SQL files or folders (in order), HCL files, a migration directory, or a database, as URLs")
	addDevFlag(set)
	addDirFlags(set)
	set.StringSliceP(flagSchema, "s", nil, "schemas to compare")
	set.StringSlice(flagExclude, nil, "glob patterns of what to leave out")
	addLockFlag(set)
	addFormatFlag(set)
	set.String("qualifier", "", "schema to put before the tables' names when working on a single schema")
	set.Bool("edit", false, "edit the new file before it is written")
	set.Bool("dry-run", false, "print the new file instead of writing it")
	cmd.MarkFlagsMutuallyExclusive("edit", "dry-run")
	return cmd
}

func runDiff(ctx context.Context, s settings, args []string) error {
	d, err := s.openValid(true)
	if err != nil {
		return err
	}
	request, err := s.diffRequest(d, args)
	if err != nil {
		return err
	}
	formatter, indent, err := formatterFor(d.url, s.format(s.env.Format.Migrate.Diff))
	if err != nil {
		return err
	}
	request.Indent = indent
	timeout, err := s.lockTimeout()
	if err != nil {
		return err
	}
	dev, err := shadow.Open(ctx, s.text(flagDevURL, s.env.DevURL))
	if err != nil {
		return err
	}
	defer dev.Close()
	unlock, err := dev.Lock(ctx, diffLock, timeout)
	if err != nil {
		return err
	}
	defer func() { _ = unlock() }()
	request.Dev, request.Desired.Dev = dev, dev
	result, err := plan.Make(ctx, request)
	inSync := errors.Is(err, plan.ErrInSync)
	if err != nil && !inSync {
		return err
	}
	for _, note := range result.Notes {
		s.note("Note: %s", note)
	}
	if inSync {
		fmt.Fprintln(s.cmd.OutOrStdout(), "The migration directory is synced with the desired state, no changes to be made")
		return nil
	}
	return s.writePlan(ctx, d, formatter, result.Plan)
}

func (s settings) writePlan(ctx context.Context, d directory, formatter migrate.Formatter, p *migrate.Plan) error {
	if dry, _ := s.cmd.Flags().GetBool("dry-run"); dry {
		files, err := formatter.Format(p)
		if err != nil {
			return err
		}
		_, err = s.cmd.OutOrStdout().Write(files[0].Bytes())
		return err
	}
	return s.write(ctx, d, formatter, p)
}

// write adds a plan's files to the directory and says where they are.
func (s settings) write(ctx context.Context, d directory, formatter migrate.Formatter, p *migrate.Plan) error {
	var edit func(string, []byte) ([]byte, error)
	if wanted, _ := s.cmd.Flags().GetBool("edit"); wanted {
		edit = editFile
	}
	names, err := dir.Write(ctx, d.Dir, formatter, p, edit)
	if err != nil {
		return err
	}
	for _, name := range names {
		s.note("Wrote %s/%s", dir.Path(d.url), name)
	}
	return nil
}

func (s settings) diffRequest(d directory, args []string) (plan.Request, error) {
	sources, err := s.env.Sources()
	if err != nil {
		return plan.Request{}, err
	}
	to := s.list(flagTo, sources)
	first := ""
	if len(to) > 0 {
		first = to[0]
	}
	if err := require(map[string]string{flagTo: first, flagDevURL: s.text(flagDevURL, s.env.DevURL)}); err != nil {
		return plan.Request{}, err
	}
	options, err := s.env.Diff.Options()
	if err != nil {
		return plan.Request{}, err
	}
	request := plan.Request{
		Dir:        d.Dir,
		Options:    options,
		Exclude:    s.list(flagExclude, append(append([]string{}, s.env.Exclude...), s.env.Migration.Exclude...)),
		Qualifier:  s.text("qualifier", ""),
		Directives: isAtlasFormat(d),
	}
	if len(args) > 0 {
		request.Name = args[0]
	}
	request.Desired = state.Desired{
		URLs:       to,
		Env:        s.env,
		Vars:       s.env.Variables(variables(s.cmd)),
		Filter:     state.Filter{Schemas: s.list(flagSchema, s.env.Schemas), Exclude: request.Exclude},
		Migrations: d.Dir,
	}
	return request, nil
}

func isAtlasFormat(d directory) bool {
	name := d.url.Query().Get("format")
	return name == "" || name == "atlas"
}
