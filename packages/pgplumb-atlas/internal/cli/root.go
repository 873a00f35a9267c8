// Package cli is the command line: commands, flags, and what ends a command.
package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"pgplumb-atlas/internal/lint"
	"pgplumb-atlas/internal/pg"
)

// Main runs a command line and gives its exit code: 0, or 1 for everything that went wrong, as the reference does.
func Main(args []string) (code int) {
	defer func() {
		// Nothing a user does may end in a stack trace; what gets here is a mistake in this program or the engine.
		if crash := recover(); crash != nil {
			fmt.Fprintf(os.Stderr, "Error: internal error: %s. Please report it with the command you ran\n", pg.Redact(fmt.Sprint(crash)))
			code = 1
		}
	}()
	if code, handedOver := official(args); handedOver {
		return code
	}
	ctx, stop := interruptible(context.Background())
	defer stop()
	root := newRoot()
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return 0
	}
	complain(ctx, err)
	return 1
}

// complain prints an error unless a report has told it already.
func complain(ctx context.Context, err error) {
	var finding lint.Failed
	var told reported
	switch {
	case errors.As(err, &finding), errors.As(err, &told):
	case ctx.Err() != nil:
		fmt.Fprintln(os.Stderr, "Error: interrupted")
	default:
		fmt.Fprintf(os.Stderr, "Error: %s\n", strings.TrimSpace(pg.Redact(err.Error())))
	}
}

// reported is an error that output in a format of the user's contains already: printing it would spoil, say, JSON.
type reported struct{ error }

// Unwrap gives the error below.
func (r reported) Unwrap() error { return r.error }

// sameKeystroke is how long after the first signal another one counts as a copy of it.
const sameKeystroke = 500 * time.Millisecond

// interruptible gives a context that the first signal cancels, so that what was begun is tidied up. A second signal
// ends the program at once.
func interruptible(parent context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancel(parent)
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	go func() {
		if _, ok := <-signals; !ok {
			return
		}
		fmt.Fprintln(os.Stderr, "Interrupted: tidying up. Once more to stop at once.")
		cancel()
		first := time.Now()
		for range signals {
			// A terminal signals everything that runs in it, and a wrapper such as `uv run` may pass the same one on.
			if time.Since(first) > sameKeystroke {
				os.Exit(1)
			}
		}
	}()
	return ctx, func() {
		signal.Stop(signals)
		close(signals)
		cancel()
	}
}

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:   "atlas",
		Short: "Plan, check and apply versioned PostgreSQL migrations",
		Long: `Plan, check and apply versioned PostgreSQL migrations.

This is pgplumb's build of the open Atlas engine, with the commands a versioned workflow takes. It reads
the same atlas.hcl, migration files, atlas.sum and revision table as the official binary. To use that one
instead, set PLUMB_ATLAS to its path: every command line is then handed to it.`,
		Example: `  atlas migrate diff add_email --env default
  atlas migrate lint --env default --latest 1
  atlas migrate apply --env default
  atlas migrate status --env default`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Version:       engineVersion(),
	}
	root.SetVersionTemplate(versionText())
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return fmt.Errorf("%w. See '%s --help'", err, cmd.CommandPath())
	})
	migrate := &cobra.Command{
		Use:     "migrate",
		Short:   "Manage versioned migration files",
		Example: "  atlas migrate diff add_email --env default\n  atlas migrate apply --env default",
		Args:    subcommand,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	migrate.AddCommand(
		applyCommand(), diffCommand(), hashCommand(), lintCommand(), newCommand(),
		setCommand(), statusCommand(), validateCommand(),
	)
	schema := &cobra.Command{
		Use:     "schema",
		Short:   "Look at database schemas",
		Example: "  atlas schema inspect --env default",
		Args:    subcommand,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	schema.AddCommand(inspectCommand())
	for _, parent := range []*cobra.Command{migrate, schema} {
		addGlobalFlags(parent.PersistentFlags())
	}
	addAbsent(root, migrate, schema)
	root.AddCommand(migrate, schema, versionCommand(), licenseCommand())
	return root
}

// subcommand refuses a word that is no command; without it cobra would print the help and exit 0.
func subcommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return fmt.Errorf("unknown command %q for %q. See '%s --help'", args[0], cmd.CommandPath(), cmd.CommandPath())
}
