// Package config reads atlas.hcl with the engine's own evaluator.
package config

import (
	"fmt"
	"net/url"
	"path/filepath"
	"strings"

	"ariga.io/atlas/schemahcl"
	"ariga.io/atlas/sql/schema"
	"github.com/zclconf/go-cty/cty"
)

type (
	// Project is all of atlas.hcl that concerns the chosen environment.
	Project struct {
		Envs []*Env `spec:"env"`
		Lint *Lint  `spec:"lint"`
		Diff *Diff  `spec:"diff"`
		schemahcl.DefaultExtension
	}

	// Env is an env block.
	Env struct {
		Name      string     `spec:"name,name"`
		URL       string     `spec:"url"`
		DevURL    string     `spec:"dev"`
		Schemas   []string   `spec:"schemas"`
		Exclude   []string   `spec:"exclude"`
		Schema    *Schema    `spec:"schema"`
		Migration *Migration `spec:"migration"`
		Diff      *Diff      `spec:"diff"`
		Lint      *Lint      `spec:"lint"`
		Format    Format     `spec:"format"`
		schemahcl.DefaultExtension
	}

	// Schema is an env's schema block, the newer place for src.
	Schema struct {
		schemahcl.DefaultExtension
	}

	// Migration is an env's migration block.
	Migration struct {
		Dir             string   `spec:"dir"`
		Format          string   `spec:"format"`
		Baseline        string   `spec:"baseline"`
		ExecOrder       string   `spec:"exec_order"`
		LockTimeout     string   `spec:"lock_timeout"`
		RevisionsSchema string   `spec:"revisions_schema"`
		Exclude         []string `spec:"exclude"`
		schemahcl.DefaultExtension
	}

	// Lint is a lint block. What is not named here is an analyzer's and goes to the engine as it is.
	Lint struct {
		Format string `spec:"format"`
		Log    string `spec:"log"`
		Latest int    `spec:"latest"`
		Git    struct {
			Dir  string `spec:"dir"`
			Base string `spec:"base"`
		} `spec:"git"`
		Review string `spec:"review"`
		schemahcl.DefaultExtension
	}

	// Diff is a diff block: skip, and what the engine's drivers understand, such as concurrent_index.
	Diff struct {
		Skip *Skip `spec:"skip"`
		schemahcl.DefaultExtension
	}

	// Skip names the kinds of changes a diff leaves out.
	Skip struct {
		schemahcl.DefaultExtension
	}

	// Format holds the Go templates of the commands' output.
	Format struct {
		Migrate struct {
			Apply  string `spec:"apply"`
			Lint   string `spec:"lint"`
			Status string `spec:"status"`
			Diff   string `spec:"diff"`
		} `spec:"migrate"`
		Schema struct {
			Inspect string `spec:"inspect"`
		} `spec:"schema"`
		schemahcl.DefaultExtension
	}
)

// Empty is the environment of a command that was given no config.
func Empty() *Env {
	return &Env{Migration: &Migration{}, Lint: &Lint{}, Diff: &Diff{}}
}

// inherit fills in what an env leaves to the project's own blocks.
func (e *Env) inherit(p *Project) {
	if e.Migration == nil {
		e.Migration = &Migration{}
	}
	e.Lint = e.Lint.over(p.Lint)
	e.Diff = e.Diff.over(p.Diff)
}

func (l *Lint) over(base *Lint) *Lint {
	if base == nil {
		base = &Lint{}
	}
	if base.Format == "" {
		base.Format = base.Log
	}
	if l == nil {
		return base
	}
	if l.Format == "" {
		l.Format = l.Log
	}
	if l.Format == "" {
		l.Format = base.Format
	}
	if len(l.Extra.Children) == 0 && len(l.Extra.Attrs) == 0 {
		l.Extra = base.Extra
	}
	// How to find the new files is one choice: an env that made it does not mix it with the project's.
	chosen := l.Latest != 0 || l.Git.Dir != "" && l.Git.Base != ""
	switch {
	case chosen:
	case base.Git.Dir != "" || base.Git.Base != "":
		if base.Git.Dir != "" {
			l.Git.Dir = base.Git.Dir
		}
		if base.Git.Base != "" {
			l.Git.Base = base.Git.Base
		}
	default:
		l.Latest = base.Latest
	}
	return l
}

func (d *Diff) over(base *Diff) *Diff {
	if base == nil {
		base = &Diff{}
	}
	if d == nil {
		return base
	}
	if d.Skip == nil {
		d.Skip = base.Skip
	}
	return d
}

// skippable are the changes a skip block can name.
var skippable = map[string]schema.Change{
	"add_schema":         &schema.AddSchema{},
	"drop_schema":        &schema.DropSchema{},
	"modify_schema":      &schema.ModifySchema{},
	"add_table":          &schema.AddTable{},
	"drop_table":         &schema.DropTable{},
	"modify_table":       &schema.ModifyTable{},
	"rename_table":       &schema.RenameTable{},
	"add_column":         &schema.AddColumn{},
	"drop_column":        &schema.DropColumn{},
	"modify_column":      &schema.ModifyColumn{},
	"add_index":          &schema.AddIndex{},
	"drop_index":         &schema.DropIndex{},
	"modify_index":       &schema.ModifyIndex{},
	"add_foreign_key":    &schema.AddForeignKey{},
	"drop_foreign_key":   &schema.DropForeignKey{},
	"modify_foreign_key": &schema.ModifyForeignKey{},
	"rename_constraint":  &schema.RenameConstraint{},
}

// Options are a diff block's wishes in the engine's terms.
func (d *Diff) Options() ([]schema.DiffOption, error) {
	extra := d.DefaultExtension
	options := []schema.DiffOption{func(o *schema.DiffOptions) { o.Extra = extra }}
	if d.Skip == nil {
		return options, nil
	}
	var skip schema.Changes
	for _, attr := range d.Skip.Extra.Attrs {
		on, err := attr.Bool()
		if err != nil {
			return nil, fmt.Errorf("diff.skip.%s: %w", attr.K, err)
		}
		if change, known := skippable[attr.K]; known && on {
			skip = append(skip, change)
		}
	}
	if len(skip) > 0 {
		options = append(options, schema.DiffSkipChanges(skip...))
	}
	return options, nil
}

// Sources are the URLs of the desired schema, `src` of the env or of its schema block.
func (e *Env) Sources() ([]string, error) {
	attr, ok := e.Attr("src")
	if !ok && e.Schema != nil {
		attr, ok = e.Schema.Attr("src")
	}
	if !ok {
		return nil, nil
	}
	var (
		sources []string
		err     error
	)
	switch t := attr.V.Type(); {
	case attr.V.IsNull():
		return nil, fmt.Errorf("env %q: src is null", e.Name)
	case t == cty.String:
		var one string
		one, err = attr.String()
		sources = []string{one}
	case t.IsListType() || t.IsTupleType() || t.IsSetType():
		sources, err = texts(attr.V)
	default:
		return nil, fmt.Errorf("env %q: src must be a string or a list of strings, not %s", e.Name, t.FriendlyName())
	}
	if err != nil {
		return nil, fmt.Errorf("env %q: src: %w", e.Name, err)
	}
	for i, source := range sources {
		// A bare path is short for a file URL.
		if u, err := url.Parse(source); err != nil || u.Scheme == "" {
			path, err := filepath.Abs(source)
			if err != nil {
				return nil, err
			}
			sources[i] = "file://" + filepath.ToSlash(path)
		}
	}
	return sources, nil
}

func texts(list cty.Value) ([]string, error) {
	var found []string
	for _, v := range list.AsValueSlice() {
		if v.IsNull() || v.Type() != cty.String {
			return nil, fmt.Errorf("every element must be a string")
		}
		found = append(found, v.AsString())
	}
	return found, nil
}

// Variables are an env's own attributes, which HCL schema files may use as input, over those of the command line.
func (e *Env) Variables(flags Vars) map[string]cty.Value {
	vars := make(map[string]cty.Value, len(flags)+len(e.Extra.Attrs))
	for name, value := range flags {
		vars[name] = value
	}
	for _, attr := range e.Extra.Attrs {
		if attr.K != "src" {
			vars[attr.K] = attr.V
		}
	}
	return vars
}

// Attribute gives what an env:// URL names.
func (e *Env) Attribute(name string) (string, error) {
	switch name {
	case "url":
		return e.URL, nil
	case "dev":
		return e.DevURL, nil
	case "migration.dir":
		return e.Migration.Dir, nil
	case "src", "schema.src":
		sources, err := e.Sources()
		if err != nil {
			return "", err
		}
		return strings.Join(sources, ","), nil
	}
	attr, ok := e.Attr(name)
	if !ok {
		return "", fmt.Errorf("env %q has no attribute %q", e.Name, name)
	}
	return attr.String()
}
