package cli

import (
	"github.com/spf13/cobra"

	"pgplumb-atlas/internal/dir"
)

func hashCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "hash [flags]",
		Short:   "Compute atlas.sum anew after a change to the migration files",
		Example: "  atlas migrate hash --env default",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := loadOne(cmd)
			if err != nil {
				return err
			}
			d, err := s.open(false)
			if err != nil {
				return err
			}
			return dir.Hash(d.Dir)
		},
	}
	addDirFlags(cmd.Flags())
	cmd.Flags().Bool("force", false, "")
	_ = cmd.Flags().MarkDeprecated("force", "you can safely omit it.")
	return cmd
}
