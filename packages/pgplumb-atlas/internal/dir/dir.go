// Package dir opens migration directories in every format the engine reads and guards what it takes for granted.
package dir

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"ariga.io/atlas/sql/migrate"
	"ariga.io/atlas/sql/sqltool"
)

// DefaultURL is where migrations are looked for when nothing else is said.
const DefaultURL = "file://migrations"

// format is one layout of migration files: how to open a folder of it and how to write a new file.
type format struct {
	open  func(path string) (migrate.Dir, error)
	write migrate.Formatter
}

var formats = map[string]format{
	"atlas":          {opener(migrate.NewLocalDir), migrate.DefaultFormatter},
	"golang-migrate": {opener(sqltool.NewGolangMigrateDir), sqltool.GolangMigrateFormatter},
	"goose":          {opener(sqltool.NewGooseDir), sqltool.GooseFormatter},
	"flyway":         {opener(sqltool.NewFlywayDir), sqltool.FlywayFormatter},
	"liquibase":      {opener(sqltool.NewLiquibaseDir), sqltool.LiquibaseFormatter},
	"dbmate":         {opener(sqltool.NewDBMateDir), sqltool.DBMateFormatter},
}

// opener fits the engine's constructors, each with its own type, into one signature.
func opener[D migrate.Dir](open func(string) (D, error)) func(string) (migrate.Dir, error) {
	return func(path string) (migrate.Dir, error) {
		d, err := open(path)
		if err != nil {
			return nil, err
		}
		return d, nil
	}
}

// Formats are the names `--dir-format` and `?format=` take, sorted.
func Formats() []string {
	names := make([]string, 0, len(formats))
	for name := range formats {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

// WithFormat adds a format to a directory URL that does not name one itself.
func WithFormat(raw, name string) (string, error) {
	u, err := url.Parse(raw)
	if err != nil {
		return "", fmt.Errorf("the directory URL %q can't be read", raw)
	}
	query := u.Query()
	if name == "" || query.Has("format") {
		return raw, nil
	}
	query.Set("format", name)
	u.RawQuery = query.Encode()
	return u.String(), nil
}

// Path is the folder a directory URL points to.
func Path(u *url.URL) string {
	path := filepath.Join(u.Host, u.Path)
	if path == "" {
		return "migrations"
	}
	return path
}

// Parse reads a directory URL.
func Parse(raw string) (*url.URL, error) {
	u, err := url.Parse(raw)
	if err != nil {
		return nil, fmt.Errorf("the directory URL %q can't be read", raw)
	}
	switch u.Scheme {
	case "file":
	case "":
		return nil, fmt.Errorf("missing scheme for dir url. Did you mean %q?", "file://"+u.Path)
	case "atlas":
		return nil, errors.New("atlas:// directories live in Atlas Cloud and need the official binary: set PLUMB_ATLAS to its path")
	default:
		return nil, fmt.Errorf("unsupported scheme %q for a migration directory: write file://path", u.Scheme)
	}
	if _, err := formatOf(u); err != nil {
		return nil, err
	}
	return u, nil
}

func formatOf(u *url.URL) (format, error) {
	name := u.Query().Get("format")
	if name == "" {
		name = "atlas"
	}
	f, ok := formats[name]
	if !ok {
		return format{}, fmt.Errorf("unknown dir format %q, use one of: %s", name, strings.Join(Formats(), ", "))
	}
	return f, nil
}

// Open opens a migration directory, creating the folder if asked to, and refuses one whose versions clash.
func Open(u *url.URL, create bool) (migrate.Dir, error) {
	f, err := formatOf(u)
	if err != nil {
		return nil, err
	}
	path := Path(u)
	if create {
		if err := os.MkdirAll(path, 0o755); err != nil {
			return nil, err
		}
	}
	d, err := f.open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("the migration directory %s does not exist", path)
	}
	if err != nil {
		return nil, err
	}
	return d, checkVersions(d)
}

// Formatter is what writes new files in the format of a directory.
func Formatter(u *url.URL) (migrate.Formatter, error) {
	f, err := formatOf(u)
	return f.write, err
}

// checkVersions refuses two files of one version: the engine keys its revisions by version and can't tell them apart.
func checkVersions(d migrate.Dir) error {
	files, err := d.Files()
	if err != nil {
		return err
	}
	seen := make(map[string]string, len(files))
	for _, f := range files {
		version := f.Version()
		if version == "" {
			continue // Flyway's repeatable migrations have none
		}
		if other, clash := seen[version]; clash {
			return fmt.Errorf("two migration files have the version %s: %s and %s. "+
				"Rename one of them to a later version, then run 'atlas migrate hash'", version, other, f.Name())
		}
		seen[version] = f.Name()
	}
	return nil
}
