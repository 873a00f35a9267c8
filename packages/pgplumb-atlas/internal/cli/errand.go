package cli

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"pgplumb-atlas/internal/shadow"
	"pgplumb-atlas/internal/state"
)

// errand is a command line for the official binary and what there is to do after it.
type errand struct {
	args []string
	// tidyUps undo, last one first, what was prepared; abrupt is for a command that was interrupted.
	tidyUps []func(abrupt bool) error
}

// prepare makes the two things work that this build does by itself and the official binary does not: several SQL files
// become one, and a dev database that pgplumb may create is created. What it does not understand stays as it is.
func prepare(ctx context.Context, args []string) (errand, error) {
	e := errand{args: args}
	h, err := understand(ctx, args)
	if err != nil {
		// The official binary may well understand it, or says in its own words why not.
		return e, nil
	}
	if err := e.joinFiles(h); err != nil {
		return e, err
	}
	e.createDev(ctx, h)
	return e, nil
}

// handed is a command line of this build's commands that goes to the official binary.
type handed struct {
	settings
	// words are the command's, such as migrate and diff; rest is all that is not one of them.
	words, rest []string
	// flag is the one that names sources, "" where the command takes none.
	flag string
	// sources are the URLs it, or the config, names.
	sources []string
	// usesDev says that the command runs SQL in the dev database.
	usesDev bool
}

var errNotOurs = errors.New("nothing to prepare for this command")

// understand reads a command line and the config it names the way this build does.
func understand(ctx context.Context, args []string) (h handed, err error) {
	defer func() {
		if crash := recover(); crash != nil {
			err = fmt.Errorf("internal error: %v", crash)
		}
	}()
	cmd, rest, err := newRoot().Find(args)
	if err != nil {
		return h, err
	}
	h.words, h.rest = strings.Fields(cmd.CommandPath())[1:], rest
	switch strings.Join(h.words, " ") {
	case "migrate diff":
		h.flag = flagTo
	case "schema inspect":
		h.flag = flagURL
	case "migrate lint", "migrate validate":
	default:
		return h, errNotOurs
	}
	if err := parseKnown(cmd, rest); err != nil {
		return h, err
	}
	if h.settings, err = loadOne(cmd); err != nil {
		return h, err
	}
	h.usesDev = true
	switch h.flag {
	case flagTo:
		configured, err := h.env.Sources()
		h.sources = h.list(flagTo, configured)
		return h, err
	case flagURL:
		h.sources = h.inspected()
		h.usesDev, err = state.UsesDev(h.sources, h.env)
	}
	return h, err
}

// parseKnown sets a command's flags; those that only the official binary has are skipped.
func parseKnown(cmd *cobra.Command, args []string) error {
	cmd.InitDefaultHelpFlag()
	cmd.FParseErrWhitelist.UnknownFlags = true
	if err := cmd.ParseFlags(args); err != nil {
		return err
	}
	if help, _ := cmd.Flags().GetBool("help"); help {
		return errNotOurs
	}
	return nil
}

// joinFiles puts one temporary file in place of several.
func (e *errand) joinFiles(h handed) error {
	if h.flag == "" {
		return nil
	}
	files, err := state.SQLFiles(h.sources, h.env)
	if err != nil || len(files) < 2 {
		return nil
	}
	script, same, err := state.Concatenate(files)
	if err != nil || !same {
		return err
	}
	// Created with mode 0600.
	file, err := os.CreateTemp("", "atlas-schema-*.sql")
	if err != nil {
		return err
	}
	e.tidyUps = append(e.tidyUps, func(bool) error { return os.Remove(file.Name()) })
	_, err = file.Write(script)
	if err := errors.Join(err, file.Close()); err != nil {
		return err
	}
	others := withoutFlag(h.rest, h.cmd.Flags(), h.flag)
	e.args = slices.Concat(h.words, []string{"--" + h.flag, fileURL(file.Name())}, others)
	return nil
}

// createDev creates the dev database if it is missing. Why that failed, the official binary finds out itself.
func (e *errand) createDev(ctx context.Context, h handed) {
	server := h.text(flagDevURL, h.env.DevURL)
	if !h.usesDev || server == "" {
		return
	}
	if borrowed, _ := shadow.CreateMissing(ctx, server); borrowed != nil {
		e.tidyUps = append(e.tidyUps, func(abrupt bool) error {
			return borrowed.GiveBack(context.Background(), abrupt)
		})
	}
}

// withoutFlag removes a flag and its values, however they are written.
func withoutFlag(args []string, set *pflag.FlagSet, name string) []string {
	var kept []string
	for len(args) > 0 && args[0] != "--" {
		flag, taken := flagAt(args, set)
		if flag == nil || flag.Name != name {
			kept = append(kept, args[:taken]...)
		}
		args = args[taken:]
	}
	return append(kept, args...)
}

// flagAt gives the flag at the start of the arguments and how many of them it takes; nil for anything but a known flag.
func flagAt(args []string, set *pflag.FlagSet) (flag *pflag.Flag, taken int) {
	word := args[0]
	complete := false
	switch {
	case strings.HasPrefix(word, "--"):
		name, _, found := strings.Cut(word[2:], "=")
		flag, complete = set.Lookup(name), found
	case len(word) > 1 && word[0] == '-':
		flag, complete = set.ShorthandLookup(word[1:2]), len(word) > 2
	}
	if flag == nil || complete || flag.NoOptDefVal != "" {
		return flag, 1
	}
	return flag, min(2, len(args))
}

// fileURL names a file in a flag that takes several URLs, separated by commas.
func fileURL(path string) string {
	escaped := (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath()
	return "file://" + strings.ReplaceAll(escaped, ",", "%2C")
}
