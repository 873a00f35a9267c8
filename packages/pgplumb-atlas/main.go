// Command atlas plans, checks and applies versioned PostgreSQL migrations with the open Atlas engine.
package main

import (
	_ "embed"
	"os"

	"pgplumb-atlas/internal/cli"
)

// The licences of what is linked in ask that their texts go with the program.
var (
	//go:embed NOTICE
	notice string
	//go:embed THIRD_PARTY_LICENSES.txt
	licenses string
)

func main() {
	cli.Notice, cli.Licenses = notice, licenses
	os.Exit(cli.Main(os.Args[1:]))
}
