package cli

import (
	"fmt"

	"github.com/spf13/cobra"
)

// Notice and Licenses are the texts of the package's NOTICE and THIRD_PARTY_LICENSES.txt, set by main.
var Notice, Licenses string

func licenseCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "license",
		Short:   "Print the licences of this program and of what it contains",
		Example: "  atlas license",
		Args:    cobra.NoArgs,
		Run: func(cmd *cobra.Command, _ []string) {
			fmt.Fprintf(cmd.OutOrStdout(), "%s\n%s", Notice, Licenses)
		},
	}
}
