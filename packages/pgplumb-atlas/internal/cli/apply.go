package cli

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"ariga.io/atlas/sql/schema"
	"ariga.io/atlas/sql/sqlclient"
	"github.com/spf13/cobra"

	"pgplumb-atlas/internal/apply"
	"pgplumb-atlas/internal/pg"
	"pgplumb-atlas/internal/report"
	"pgplumb-atlas/internal/revision"
)

func applyCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "apply [flags] [amount]",
		Short: "Apply pending migration files to a database",
		Long: `Apply pending migration files to a database, in order, each in a transaction of its own.

The first argument is the most files to apply. Nothing is applied when the files differ from atlas.sum, or
when they do not fit what the database's revision table says was applied already.`,
		Example: `  atlas migrate apply --env default
  atlas migrate apply --env default --dry-run
  atlas migrate apply --url "postgres://user:pass@localhost:5432/app?sslmode=disable" --dir file://db/migrations 1`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return each(cmd, func(ctx context.Context, s settings) error { return runApply(ctx, s, args) })
		},
	}
	set := cmd.Flags()
	set.SortFlags = false
	addURLFlag(set)
	addDirFlags(set)
	addFormatFlag(set)
	addRevisionsFlag(set)
	set.Bool("dry-run", false, "say what would be executed and execute nothing")
	addLockFlag(set)
	set.String("baseline", "", "version the database is at already; on the first run only, files up to it are not applied")
	set.String("tx-mode", apply.TxFile, "a transaction for each file, for all, or none [none, file, all]")
	set.String("exec-order", "linear", "what to do with files older than the last applied one [linear, linear-skip, non-linear]")
	set.Bool("allow-dirty", false, "start on a database that is not empty")
	set.String("to-version", "", "last version to apply")
	set.String("context", "", "what started this run")
	_ = set.MarkHidden("context")
	return cmd
}

func runApply(ctx context.Context, s settings, args []string) error {
	count, err := amount(args)
	if err != nil {
		return err
	}
	format := s.format(s.env.Format.Migrate.Apply)
	if err := report.Check(format, nil); err != nil {
		return err
	}
	timeout, err := s.lockTimeout()
	if err != nil {
		return err
	}
	options := apply.Options{Operator: operator(), Count: count}
	if err := s.applyFlags(&options); err != nil {
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
	unlock, err := client.Lock(ctx, apply.LockName, timeout)
	if err != nil {
		return locked(err)
	}
	defer func() { _ = unlock() }()
	if options.Table, err = s.table(ctx, client); err != nil {
		return err
	}
	options.Client, options.Dir = client, d.Dir
	options.Report = report.NewApply(report.NewEnv(client.URL, d.shown))
	err = apply.Run(ctx, options)
	if err != nil && options.Report.Error == "" && len(options.Report.Pending) == 0 {
		return err // nothing was begun, so there is nothing to report
	}
	if format == "" {
		options.Report.Text(s.cmd.OutOrStdout())
		return err
	}
	if err2 := report.Format(s.cmd.OutOrStdout(), format, options.Report, nil); err2 != nil {
		return errors.Join(err, err2)
	}
	if err != nil {
		return reported{err}
	}
	return nil
}

// applyFlags takes over the flags that need no more than that.
func (s settings) applyFlags(o *apply.Options) error {
	o.TxMode = s.text("tx-mode", "")
	if o.TxMode != apply.TxFile && o.TxMode != apply.TxAll && o.TxMode != apply.TxNone {
		return fmt.Errorf("unknown tx-mode %q", o.TxMode)
	}
	o.ExecOrder = execOrder(s.text("exec-order", s.env.Migration.ExecOrder))
	if _, known := apply.ExecOrders[o.ExecOrder]; !known {
		return fmt.Errorf("unknown execution order: %q", o.ExecOrder)
	}
	o.Baseline = s.text("baseline", s.env.Migration.Baseline)
	o.ToVersion = s.text("to-version", "")
	o.DryRun, _ = s.cmd.Flags().GetBool("dry-run")
	o.AllowDirty, _ = s.cmd.Flags().GetBool("allow-dirty")
	return nil
}

// execOrder spells the config's LINEAR_SKIP as the flag does, linear-skip.
func execOrder(text string) string {
	out := []byte(text)
	for i, c := range out {
		switch {
		case c == '_':
			out[i] = '-'
		case 'A' <= c && c <= 'Z':
			out[i] = c - 'A' + 'a'
		}
	}
	return string(out)
}

func amount(args []string) (int, error) {
	if len(args) == 0 {
		return 0, nil
	}
	n, err := strconv.Atoi(args[0])
	if err != nil {
		return 0, fmt.Errorf("invalid amount argument %q. Omit the argument or pass a valid integer instead", args[0])
	}
	if n < 1 {
		return 0, fmt.Errorf("cannot apply '%d' migration files", n)
	}
	return n, nil
}

func locked(err error) error {
	if errors.Is(err, schema.ErrLocked) {
		return fmt.Errorf("acquiring database lock: %w. Another run is under way; --%s says how long to wait", err, flagLock)
	}
	return fmt.Errorf("acquiring database lock: %w", err)
}

// table finds the revision table. A URL with a search_path keeps it in that schema; when it isn't there but in
// Atlas's own schema, only the user can say which history counts.
func (s settings) table(ctx context.Context, client *sqlclient.Client) (*revision.Table, error) {
	flag := s.text(flagRevisions, s.env.Migration.RevisionsSchema)
	name := revision.SchemaFor(client, flag)
	table, err := revision.New(ctx, client, name)
	if err != nil {
		return nil, err
	}
	if flag != "" || name == revision.TableName || table.Exists() {
		return table, nil
	}
	elsewhere, err := revision.Exists(ctx, client, revision.TableName)
	if err != nil {
		return nil, err
	}
	if elsewhere {
		return nil, fmt.Errorf("ambiguous revision table: the URL's search_path is %q, where there is none, but the schema %q has one. "+
			"Say which schema to use with --%s (or migration.revisions_schema), or take search_path out of the URL",
			name, revision.TableName, flagRevisions)
	}
	return table, nil
}
