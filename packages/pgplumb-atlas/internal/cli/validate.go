package cli

import (
	"context"

	"ariga.io/atlas/sql/sqlclient"
	"github.com/spf13/cobra"

	"pgplumb-atlas/internal/shadow"
	"pgplumb-atlas/internal/state"
)

func validateCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "validate [flags]",
		Short: "Check the migration files against atlas.sum and try them out",
		Long: `Check the migration files against atlas.sum. With a dev URL, from the flag or the config, they are also
executed in an empty database.`,
		Example: "  atlas migrate validate --env default\n  atlas migrate validate --dir file://db/migrations",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := loadOne(cmd)
			if err != nil {
				return err
			}
			d, err := s.openValid(false)
			if err != nil {
				return err
			}
			server := s.text(flagDevURL, s.env.DevURL)
			if server == "" {
				return nil
			}
			dev, err := shadow.Open(cmd.Context(), server)
			if err != nil {
				return err
			}
			defer dev.Close()
			return dev.Fresh(cmd.Context(), func(ctx context.Context, client *sqlclient.Client) error {
				return state.Replay(ctx, client, d.Dir, "")
			})
		},
	}
	cmd.Flags().SortFlags = false
	addDevFlag(cmd.Flags())
	addDirFlags(cmd.Flags())
	return cmd
}
