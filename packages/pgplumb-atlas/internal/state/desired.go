package state

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"ariga.io/atlas/sql/migrate"
	"ariga.io/atlas/sql/schema"
	"ariga.io/atlas/sql/sqlclient"
	"github.com/zclconf/go-cty/cty"

	"pgplumb-atlas/internal/config"
	"pgplumb-atlas/internal/dir"
	"pgplumb-atlas/internal/pg"
	"pgplumb-atlas/internal/shadow"
)

// Desired describes where a state comes from.
type Desired struct {
	// URLs are one database, one migration directory, or any number of SQL files and folders, in order, or HCL files.
	URLs []string
	// Dev is where files are tried out; it may be nil for a database.
	Dev    *shadow.Dev
	Env    *config.Env
	Vars   map[string]cty.Value
	Filter Filter
	// Beyond, if set, is filled with what the files make that the engine's comparison leaves out.
	Beyond *Objects
	// Migrations, if set, run before HCL is normalised: what they make beyond tables, the HCL may refer to.
	Migrations migrate.Dir
}

var errNoDev = errors.New("--dev-url is required to read a schema from files: they are tried out on that server")

// Read gives the state.
func (d Desired) Read(ctx context.Context) (*schema.Realm, error) {
	urls, err := d.resolve()
	if err != nil {
		return nil, err
	}
	if urls[0].Scheme != "file" {
		return d.database(ctx, urls[0])
	}
	kind, err := kindOf(urls)
	if err != nil {
		return nil, err
	}
	if d.Dev == nil {
		return nil, errNoDev
	}
	var realm *schema.Realm
	err = d.Dev.Fresh(ctx, func(ctx context.Context, client *sqlclient.Client) (err error) {
		switch kind {
		case hclFiles:
			realm, err = d.hcl(ctx, client, urls)
			return err
		case migrationDir:
			err = replayURL(ctx, client, urls[0])
		default:
			err = executeAll(ctx, client, urls)
		}
		if err == nil {
			realm, err = Inspect(ctx, client, d.Filter)
		}
		if err == nil && d.Beyond != nil {
			*d.Beyond, err = Beyond(ctx, client)
		}
		return err
	})
	return realm, err
}

// UsesDev reports whether URLs need a dev database to be read.
func UsesDev(urls []string, env *config.Env) (bool, error) {
	parsed, err := Desired{URLs: urls, Env: env}.resolve()
	if err != nil {
		return false, err
	}
	return parsed[0].Scheme == "file", nil
}

// Target is the database the URLs name, once it is known that they name one.
func (d Desired) Target() (*url.URL, error) {
	parsed, err := d.resolve()
	if err != nil {
		return nil, err
	}
	return parsed[0], nil
}

// resolve parses the URLs, follows env:// and makes sure that they are of one kind.
func (d Desired) resolve() ([]*url.URL, error) {
	if len(d.URLs) == 0 {
		return nil, errors.New("at least one url is required")
	}
	var parsed []*url.URL
	for _, raw := range d.URLs {
		if !strings.Contains(raw, "://") {
			if _, err := os.Stat(raw); err == nil {
				return nil, fmt.Errorf("missing scheme. Did you mean file://%s?", raw)
			}
			return nil, fmt.Errorf("missing scheme in %q: write file://path or postgres://...", pg.Redact(raw))
		}
		scheme, rest, _ := strings.Cut(raw, "://")
		if scheme == "env" {
			if d.Env == nil || d.Env.Name == "" {
				return nil, errors.New("cannot use env:// variables without selecting an environment")
			}
			value, err := d.Env.Attribute(rest)
			if err != nil {
				return nil, err
			}
			if value == "" || strings.HasPrefix(value, "env://") {
				return nil, fmt.Errorf("env://%s: the attribute must hold a URL", rest)
			}
			inner, err := Desired{URLs: strings.Split(value, ",")}.resolve()
			if err != nil {
				return nil, err
			}
			parsed = append(parsed, inner...)
			continue
		}
		if scheme != "file" {
			u, err := pg.ParseURL(raw)
			if err != nil {
				return nil, err
			}
			parsed = append(parsed, u)
			continue
		}
		u, err := url.Parse(raw)
		if err != nil {
			return nil, fmt.Errorf("the file URL %q can't be read", raw)
		}
		parsed = append(parsed, u)
	}
	for _, u := range parsed[1:] {
		if u.Scheme != parsed[0].Scheme || u.Scheme != "file" {
			return nil, fmt.Errorf("the desired state must come from one kind of source: file:// URLs, or one database")
		}
	}
	return parsed, nil
}

func (d Desired) database(ctx context.Context, u *url.URL) (*schema.Realm, error) {
	client, err := pg.OpenURL(ctx, u)
	if err != nil {
		return nil, err
	}
	defer client.Close()
	return Inspect(ctx, client, d.Filter)
}

type kind int

const (
	sqlFiles kind = iota
	hclFiles
	migrationDir
)

// kindOf looks at what the URLs point to.
func kindOf(urls []*url.URL) (kind, error) {
	var first string
	for _, u := range urls {
		path := Path(u)
		info, err := os.Stat(path)
		if errors.Is(err, fs.ErrNotExist) {
			return 0, fmt.Errorf("schema source %s does not exist", path)
		}
		if err != nil {
			return 0, err
		}
		names := []string{path}
		if info.IsDir() {
			if isMigrationDir(u, path) {
				if len(urls) > 1 {
					return 0, fmt.Errorf("%s is a migration directory: it can't be combined with other sources", path)
				}
				return migrationDir, nil
			}
			if names, err = filesIn(path); err != nil {
				return 0, err
			}
			if len(names) == 0 {
				return 0, fmt.Errorf("%s contains neither SQL nor HCL files", path)
			}
		}
		for _, name := range names {
			extension := filepath.Ext(name)
			if extension != ".sql" && extension != ".hcl" {
				return 0, fmt.Errorf("unknown schema file: %q", name)
			}
			if first == "" {
				first = name
			}
			if extension != filepath.Ext(first) {
				return 0, fmt.Errorf("ambiguous schema: both SQL and HCL files found: %q, %q", first, name)
			}
		}
	}
	if filepath.Ext(first) == ".hcl" {
		return hclFiles, nil
	}
	return sqlFiles, nil
}

// isMigrationDir tells a folder of migrations from one of schema files the way the reference does.
func isMigrationDir(u *url.URL, path string) bool {
	query := u.Query()
	if query.Has("version") || query.Has("format") || filepath.Base(path) == "migrations" {
		return true
	}
	_, err := os.Stat(filepath.Join(path, migrate.HashFileName))
	return err == nil
}

// Path is what a file URL points to.
func Path(u *url.URL) string { return filepath.Join(u.Host, u.Path) }

func filesIn(folder string) ([]string, error) {
	entries, err := os.ReadDir(folder) // sorted by name
	if err != nil {
		return nil, err
	}
	var names []string
	for _, entry := range entries {
		if extension := filepath.Ext(entry.Name()); !entry.IsDir() && (extension == ".sql" || extension == ".hcl") {
			names = append(names, filepath.Join(folder, entry.Name()))
		}
	}
	return names, nil
}

// filesOf are the files that URLs of files and folders stand for, in the order they are listed in; a folder's files come
// by name.
func filesOf(urls []*url.URL) ([]string, error) {
	var all []string
	for _, u := range urls {
		names := []string{Path(u)}
		if info, err := os.Stat(names[0]); err != nil {
			return nil, err
		} else if info.IsDir() {
			if names, err = filesIn(names[0]); err != nil {
				return nil, err
			}
		}
		all = append(all, names...)
	}
	return all, nil
}

// executeAll runs schema files.
func executeAll(ctx context.Context, client *sqlclient.Client, urls []*url.URL) error {
	names, err := filesOf(urls)
	if err != nil {
		return err
	}
	for _, name := range names {
		content, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if strings.Contains(string(content), importDirective) {
			return fmt.Errorf("%s: the atlas:import directive needs the official binary (PLUMB_ATLAS); list the files in src instead", shownPath(name))
		}
		if err := Execute(ctx, client, migrate.NewLocalFile(filepath.Base(name), content), shownPath(name)); err != nil {
			return fmt.Errorf("reading the desired schema: %w", err)
		}
	}
	return reset(ctx, client)
}

// shownPath is a path as the user would write it.
func shownPath(path string) string {
	folder, err := os.Getwd()
	if err != nil {
		return path
	}
	if relative, err := filepath.Rel(folder, path); err == nil && filepath.IsAbs(path) && !strings.HasPrefix(relative, "..") {
		return relative
	}
	return path
}

func replayURL(ctx context.Context, client *sqlclient.Client, u *url.URL) error {
	d, err := dir.Open(u, false)
	if err != nil {
		return err
	}
	if err := migrate.Validate(d); err != nil {
		return fmt.Errorf("%s: %w", dir.Path(u), err)
	}
	return Replay(ctx, client, d, u.Query().Get("version"))
}
