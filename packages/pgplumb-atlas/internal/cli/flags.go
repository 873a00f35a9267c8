package cli

import (
	"context"
	"fmt"
	"net/url"
	"sort"
	"strings"
	"time"

	"ariga.io/atlas/sql/migrate"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"pgplumb-atlas/internal/config"
	"pgplumb-atlas/internal/dir"
)

// The flags' names, where more than one command has them.
const (
	flagConfig    = "config"
	flagDevURL    = "dev-url"
	flagDir       = "dir"
	flagDirFormat = "dir-format"
	flagEnv       = "env"
	flagExclude   = "exclude"
	flagFormat    = "format"
	flagLock      = "lock-timeout"
	flagLog       = "log"
	flagRevisions = "revisions-schema"
	flagSchema    = "schema"
	flagTo        = "to"
	flagURL       = "url"
	flagVar       = "var"
)

func addGlobalFlags(set *pflag.FlagSet) {
	set.String(flagEnv, "", "environment of the config file to use")
	set.Var(&config.Vars{}, flagVar, "input variable of the config file, may be repeated")
	set.StringP(flagConfig, "c", config.DefaultURL, "config file, as a URL")
}

func addDirFlags(set *pflag.FlagSet) {
	set.String(flagDir, dir.DefaultURL, "migration directory, as a URL such as file://db/migrations?format=goose")
	set.String(flagDirFormat, "", "format of the migration directory: "+strings.Join(dir.Formats(), ", ")+" (default atlas)")
}

func addURLFlag(set *pflag.FlagSet) {
	set.StringP(flagURL, "u", "", "database, such as postgres://user:password@host:5432/name?sslmode=disable")
}

func addDevFlag(set *pflag.FlagSet) {
	set.String(flagDevURL, "", "server to try SQL on, as a database URL; throw-away databases are created there")
}

func addFormatFlag(set *pflag.FlagSet) {
	set.String(flagFormat, "", "Go template for the output, such as '{{ json . }}'")
	set.String(flagLog, "", "the old name of --format")
	_ = set.MarkHidden(flagLog)
}

func addLockFlag(set *pflag.FlagSet) {
	set.Duration(flagLock, 10*time.Second, "how long to wait for another run to end")
}

func addRevisionsFlag(set *pflag.FlagSet) {
	set.String(flagRevisions, "", "schema of the revision table (default atlas_schema_revisions, or the URL's search_path)")
}

// settings joins the flags of a command with the environment it runs for.
type settings struct {
	cmd *cobra.Command
	env *config.Env
}

// load reads the config file, if one was asked for, and gives the environments to run for: usually one.
func load(cmd *cobra.Command) ([]settings, error) {
	flags := cmd.Flags()
	name, _ := flags.GetString(flagEnv)
	if name == "" && !flags.Changed(flagConfig) {
		return []settings{{cmd, config.Empty()}}, nil
	}
	file, _ := flags.GetString(flagConfig)
	envs, err := config.Load(cmd.Context(), file, name, variables(cmd))
	if err != nil {
		return nil, err
	}
	all := make([]settings, len(envs))
	for i, env := range envs {
		all[i] = settings{cmd, env}
	}
	return all, nil
}

// loadOne is load for commands that can't run for several environments of one name.
func loadOne(cmd *cobra.Command) (settings, error) {
	all, err := load(cmd)
	if err != nil {
		return settings{}, err
	}
	if len(all) > 1 {
		return settings{}, fmt.Errorf("multiple envs found for %q", all[0].env.Name)
	}
	return all[0], nil
}

func variables(cmd *cobra.Command) config.Vars {
	if vars, ok := cmd.Flags().Lookup(flagVar).Value.(*config.Vars); ok {
		return *vars
	}
	return nil
}

// text is a flag if it was given, else the config's value, else the flag's default.
func (s settings) text(flag, configured string) string {
	f := s.cmd.Flags().Lookup(flag)
	if f == nil || !f.Changed && configured != "" {
		return configured
	}
	return f.Value.String()
}

// list is text for flags that hold several values.
func (s settings) list(flag string, configured []string) []string {
	if !s.cmd.Flags().Changed(flag) && len(configured) > 0 {
		return configured
	}
	values, _ := s.cmd.Flags().GetStringSlice(flag)
	return values
}

// format is the template of the output, "" for the text people read.
func (s settings) format(configured string) string {
	if s.cmd.Flags().Changed(flagLog) {
		return s.text(flagLog, "")
	}
	return s.text(flagFormat, configured)
}

// lockTimeout is how long to wait for a lock.
func (s settings) lockTimeout() (time.Duration, error) {
	text := s.text(flagLock, s.env.Migration.LockTimeout)
	timeout, err := time.ParseDuration(text)
	if err != nil {
		return 0, fmt.Errorf("lock_timeout %q is not a duration such as 10s", text)
	}
	return timeout, nil
}

// require names all flags at once that are needed and neither given nor configured.
func require(values map[string]string) error {
	var missing []string
	for flag, value := range values {
		if value == "" {
			missing = append(missing, fmt.Sprintf("%q", flag))
		}
	}
	if len(missing) == 0 {
		return nil
	}
	sort.Strings(missing)
	return fmt.Errorf("required flag(s) %s not set", strings.Join(missing, ", "))
}

// directory is an opened migration directory.
type directory struct {
	migrate.Dir
	url *url.URL
	// shown is the URL as reports give it.
	shown string
}

// dirURL is the URL of the migration directory, with its format.
func (s settings) dirURL() (*url.URL, string, error) {
	shown, err := dir.WithFormat(s.text(flagDir, s.env.Migration.Dir), s.text(flagDirFormat, s.env.Migration.Format))
	if err != nil {
		return nil, "", err
	}
	u, err := dir.Parse(shown)
	return u, shown, err
}

// open opens the migration directory; create makes the folder if there is none.
func (s settings) open(create bool) (directory, error) {
	u, shown, err := s.dirURL()
	if err != nil {
		return directory{}, err
	}
	d, err := dir.Open(u, create)
	return directory{d, u, shown}, err
}

// openValid is open for commands that must not go on when files and atlas.sum differ.
func (s settings) openValid(create bool) (directory, error) {
	d, err := s.open(create)
	if err != nil {
		return d, err
	}
	return d, dir.Validate(d.Dir, s.cmd.OutOrStdout())
}

// note tells a person something that is no part of the output.
func (s settings) note(format string, args ...any) {
	fmt.Fprintf(s.cmd.ErrOrStderr(), format+"\n", args...)
}

// each runs a function for all environments of the chosen name.
func each(cmd *cobra.Command, run func(context.Context, settings) error) error {
	all, err := load(cmd)
	if err != nil {
		return err
	}
	for i, s := range all {
		if err := run(cmd.Context(), s); err != nil {
			return err
		}
		if i < len(all)-1 {
			fmt.Fprintln(cmd.OutOrStdout())
		}
	}
	return nil
}
