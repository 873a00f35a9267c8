package cli

import (
	"fmt"

	"github.com/spf13/cobra"
)

// addAbsent adds the commands other builds of Atlas have, to say where to find them instead of "unknown command".
func addAbsent(root, migrate, schema *cobra.Command) {
	for parent, names := range map[*cobra.Command][]string{
		root:    {"cloud", "copilot", "login", "logout", "whoami"},
		migrate: {"checkpoint", "down", "edit", "import", "ls", "push", "rebase", "rm", "test"},
		schema:  {"apply", "clean", "diff", "fmt", "plan", "push", "stats", "test"},
	} {
		for _, name := range names {
			parent.AddCommand(&cobra.Command{
				Use:                name,
				Hidden:             true,
				DisableFlagParsing: true,
				RunE: func(cmd *cobra.Command, _ []string) error {
					return fmt.Errorf("'%s' is not part of this build. To use it, install the official Atlas binary "+
						"and set PLUMB_ATLAS to its path", cmd.CommandPath())
				},
			})
		}
	}
}
