package config

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"ariga.io/atlas/schemahcl"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclparse"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"

	"pgplumb-atlas/internal/dir"
)

// DefaultURL is where the config is looked for when nothing else is said.
const DefaultURL = "file://atlas.hcl"

func init() {
	schemahcl.Register("env", &Env{})
}

// Load reads a config file and gives the environments of a name: usually one, more with for_each. Without a name it
// gives an environment that holds only the project's own blocks.
func Load(ctx context.Context, rawURL, name string, vars Vars) ([]*Env, error) {
	path, err := filePath(rawURL)
	if err != nil {
		return nil, err
	}
	project, err := evaluate(ctx, path, name, vars)
	if err != nil {
		return nil, err
	}
	if name == "" {
		env := Empty()
		env.Lint, env.Diff = (*Lint)(nil).over(project.Lint), (*Diff)(nil).over(project.Diff)
		return []*Env{env}, nil
	}
	var chosen []*Env
	for _, env := range project.Envs {
		if env.Name == "" {
			return nil, fmt.Errorf("all envs must have names on file %q", path)
		}
		if env.Name != name {
			continue
		}
		env.inherit(project)
		chosen = append(chosen, env)
	}
	if len(chosen) == 0 {
		return nil, fmt.Errorf("env %q not defined in config file", name)
	}
	return chosen, nil
}

func filePath(rawURL string) (string, error) {
	u, err := url.Parse(rawURL)
	if err != nil {
		return "", fmt.Errorf("the config URL %q can't be read", rawURL)
	}
	switch u.Scheme {
	case "file":
	case "":
		return "", fmt.Errorf("missing scheme for config file. Did you mean file://%s?", rawURL)
	default:
		return "", fmt.Errorf("unsupported config file driver %q", u.Scheme)
	}
	path := filepath.Join(u.Host, u.Path)
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		return "", fmt.Errorf("config file %q was not found", path)
	} else if err != nil {
		return "", err
	}
	return path, nil
}

func evaluate(ctx context.Context, path, name string, vars Vars) (*Project, error) {
	parser, err := parse(path, name)
	if err != nil {
		return nil, err
	}
	base, err := filepath.Abs(filepath.Dir(path))
	if err != nil {
		return nil, err
	}
	state := schemahcl.New(
		schemahcl.WithContext(ctx),
		schemahcl.WithScopedEnums("env.migration.format", dir.Formats()...),
		schemahcl.WithScopedEnums("env.migration.exec_order", "LINEAR", "LINEAR_SKIP", "NON_LINEAR"),
		schemahcl.WithScopedEnums("env.lint.review", "ALWAYS", "WARNING", "ERROR"),
		schemahcl.WithScopedEnums("lint.review", "ALWAYS", "WARNING", "ERROR"),
		schemahcl.WithInitBlock("atlas", ignored),
		schemahcl.WithVariables(map[string]cty.Value{
			"atlas": cty.ObjectVal(map[string]cty.Value{"env": cty.StringVal(name)}),
		}),
		schemahcl.WithFunctions(map[string]function.Function{
			"file":    schemahcl.MakeFileFunc(base),
			"glob":    schemahcl.MakeGlobFunc(base),
			"fileset": schemahcl.MakeFileSetFunc(base),
			"getenv":  getenv,
		}),
	)
	project := &Project{}
	if err := state.Eval(parser, project, vars); err != nil {
		return nil, explain(err)
	}
	return project, nil
}

// ignored accepts the block that logs in to Atlas Cloud: this command has no use for it, and a project that the
// official binary shares must still load.
func ignored(context.Context, *hcl.EvalContext, *hclsyntax.Block) (cty.Value, error) {
	return cty.EmptyObjectVal, nil
}

var dataSource = regexp.MustCompile(`data(?: |\.)"?(\w+)`)

// explain points to the official binary where a file needs more than this command has.
func explain(err error) error {
	text := err.Error()
	if m := dataSource.FindStringSubmatch(text); m != nil && strings.Contains(text, "data") {
		return fmt.Errorf("%s. Data sources are not part of this build: set PLUMB_ATLAS to an official Atlas binary to use them", strings.TrimSuffix(text, "."))
	}
	return err
}

// parse reads the file and keeps only the env blocks of one name, so that what other environments need, such as a
// variable without a default, is not asked for.
func parse(path, name string) (*hclparse.Parser, error) {
	parser := hclparse.NewParser()
	file, diagnostics := parser.ParseHCLFile(path)
	if diagnostics.HasErrors() {
		return nil, diagnostics
	}
	body, ok := file.Body.(*hclsyntax.Body)
	if !ok {
		return nil, fmt.Errorf("%s is not an HCL file", path)
	}
	var kept, byLabel, byName []*hclsyntax.Block
	for _, block := range body.Blocks {
		switch {
		case block.Type != "env":
			kept = append(kept, block)
		case name == "":
		case len(block.Labels) == 1 && block.Labels[0] == name:
			byLabel = append(byLabel, block)
		case len(block.Labels) == 0 && takesAnyName(block):
			byName = append(byName, block)
		}
	}
	// A block with the very name goes before one that takes any name.
	if len(byLabel) > 0 {
		kept = append(kept, byLabel...)
	} else {
		kept = append(kept, byName...)
	}
	file.Body = &hclsyntax.Body{Blocks: kept, Attributes: body.Attributes, SrcRange: body.SrcRange, EndRange: body.EndRange}
	return parser, nil
}

// takesAnyName reports whether a block says `name = atlas.env`.
func takesAnyName(block *hclsyntax.Block) bool {
	attr, ok := block.Body.Attributes[schemahcl.AttrName]
	return ok && schemahcl.UseTraversal(attr.Expr, hcl.Traversal{
		hcl.TraverseRoot{Name: "atlas"},
		hcl.TraverseAttr{Name: "env"},
	})
}

// getenv gives an environment variable, "" where it is not set.
var getenv = function.New(&function.Spec{
	Params: []function.Parameter{{Name: "name", Type: cty.String}},
	Type:   function.StaticReturnType(cty.String),
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		return cty.StringVal(os.Getenv(args[0].AsString())), nil
	},
})
