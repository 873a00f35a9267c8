package state

import (
	"context"
	"fmt"
	"net/url"

	"ariga.io/atlas/sql/migrate"
	"ariga.io/atlas/sql/schema"
	"ariga.io/atlas/sql/sqlclient"
	"github.com/hashicorp/hcl/v2/hclparse"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// hcl reads schema files in Atlas's own language and lets PostgreSQL normalise them.
func (d Desired) hcl(ctx context.Context, client *sqlclient.Client, urls []*url.URL) (*schema.Realm, error) {
	parser := hclparse.NewParser()
	names, err := filesOf(urls)
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		if err := parseHCL(parser, name); err != nil {
			return nil, err
		}
	}
	realm := &schema.Realm{}
	if err := client.Eval(parser, realm, d.Vars); err != nil {
		return nil, err
	}
	if d.Migrations != nil {
		ex, err := migrate.NewExecutor(client.Driver, d.Migrations, migrate.NopRevisionReadWriter{})
		if err != nil {
			return nil, err
		}
		// The engine removes the tables afterwards and leaves functions and the like, which is what is wanted here.
		if _, err := ex.Replay(ctx, migrate.Realm(&schema.Realm{})); err != nil {
			return nil, err
		}
	}
	return d.normalise(ctx, client, realm)
}

func (d Desired) normalise(ctx context.Context, client *sqlclient.Client, realm *schema.Realm) (*schema.Realm, error) {
	scoped := client.URL.Schema != ""
	if scoped && len(realm.Schemas) > 1 {
		return nil, fmt.Errorf("the HCL files have %d schemas, but the dev URL is limited to the schema %q", len(realm.Schemas), client.URL.Schema)
	}
	normal, ok := client.Driver.(schema.Normalizer)
	if !ok || len(realm.Schemas) == 0 {
		return realm, nil
	}
	var err error
	if scoped {
		realm.Schemas[0], err = normal.NormalizeSchema(ctx, realm.Schemas[0])
	} else {
		realm, err = normal.NormalizeRealm(ctx, realm)
	}
	if err != nil || len(d.Filter.Exclude) == 0 {
		return realm, err
	}
	if scoped {
		realm.Schemas[0], err = schema.ExcludeSchema(realm.Schemas[0], d.Filter.Exclude)
		return realm, err
	}
	return schema.ExcludeRealm(realm, d.Filter.Exclude)
}

func parseHCL(parser *hclparse.Parser, name string) error {
	file, diagnostics := parser.ParseHCLFile(name)
	if diagnostics.HasErrors() {
		return diagnostics
	}
	if body, ok := file.Body.(*hclsyntax.Body); ok {
		for _, block := range body.Blocks {
			if block.Type == "env" {
				return fmt.Errorf("cannot parse project file %q as a schema file", name)
			}
		}
	}
	return nil
}
