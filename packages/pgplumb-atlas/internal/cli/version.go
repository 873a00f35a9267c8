package cli

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// packageVersion is the Python package's version, set by the build.
var packageVersion = "0.0.0+dev"

// engineModule is where the engine comes from.
const engineModule = "ariga.io/atlas"

// engineVersion is the version of the engine this program was linked with.
func engineVersion() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, dependency := range info.Deps {
			if dependency.Path == engineModule {
				return dependency.Version
			}
		}
	}
	return "unknown"
}

// operator is how rows of the revision table name who wrote them.
func operator() string {
	return fmt.Sprintf("pgplumb-atlas %s (engine %s)", packageVersion, engineVersion())
}

func versionText() string {
	return fmt.Sprintf("atlas community version %s\npgplumb-atlas %s, built from %s %s with %s\n",
		engineVersion(), packageVersion, engineModule, engineVersion(), runtime.Version())
}

func versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Print the version of this program and of its engine",
		Example: "  atlas version",
		Args:    cobra.NoArgs,
		Run:     func(cmd *cobra.Command, _ []string) { fmt.Fprint(cmd.OutOrStdout(), versionText()) },
	}
}
