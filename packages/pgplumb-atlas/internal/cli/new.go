package cli

import (
	"ariga.io/atlas/sql/migrate"
	"github.com/spf13/cobra"

	"pgplumb-atlas/internal/dir"
)

func newCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "new [flags] [name]",
		Short:   "Write an empty migration file, to be filled in by hand",
		Example: "  atlas migrate new add_email_domain --env default\n  atlas migrate hash --env default   # after filling it in",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := loadOne(cmd)
			if err != nil {
				return err
			}
			d, err := s.openValid(true)
			if err != nil {
				return err
			}
			formatter, err := dir.Formatter(d.url)
			if err != nil {
				return err
			}
			empty := &migrate.Plan{}
			if len(args) > 0 {
				empty.Name = args[0]
			}
			return s.write(cmd.Context(), d, formatter, empty)
		},
	}
	cmd.Flags().SortFlags = false
	addDirFlags(cmd.Flags())
	cmd.Flags().Bool("edit", false, "edit the new file before it is written")
	return cmd
}
