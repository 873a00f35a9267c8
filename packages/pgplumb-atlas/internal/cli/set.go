package cli

import (
	"context"

	"github.com/spf13/cobra"

	"pgplumb-atlas/internal/apply"
	"pgplumb-atlas/internal/pg"
)

func setCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "set [flags] [version]",
		Short: "Make the revision table say that all files up to a version are applied",
		Long: `Make the revision table say that all files up to a version are applied, and none after it. The database
itself is not changed: this is for what was done to it by hand.`,
		Example: "  atlas migrate set 20260102150405 --env default",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := loadOne(cmd)
			if err != nil {
				return err
			}
			var version *string
			if len(args) > 0 {
				version = &args[0]
			}
			return runSet(cmd.Context(), s, version)
		},
	}
	cmd.Flags().SortFlags = false
	addURLFlag(cmd.Flags())
	addDirFlags(cmd.Flags())
	addRevisionsFlag(cmd.Flags())
	addLockFlag(cmd.Flags())
	return cmd
}

func runSet(ctx context.Context, s settings, version *string) error {
	d, err := s.openValid(false)
	if err != nil {
		return err
	}
	target := s.text(flagURL, s.env.URL)
	if err := require(map[string]string{flagURL: target}); err != nil {
		return err
	}
	timeout, err := s.lockTimeout()
	if err != nil {
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
	table, err := s.table(ctx, client)
	if err != nil {
		return err
	}
	if err := table.Create(ctx); err != nil {
		return err
	}
	// All rows change, or none.
	tx, err := client.Tx(ctx, nil)
	if err != nil {
		return err
	}
	changed, err := apply.Set(ctx, d.Dir, table.On(tx.Driver), version, operator())
	if err != nil {
		_ = tx.Rollback()
		return err
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	changed.Text(s.cmd.OutOrStdout())
	return nil
}
