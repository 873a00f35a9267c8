package report

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"text/template"

	"ariga.io/atlas/sql/migrate"
	"ariga.io/atlas/sql/schema"
	"ariga.io/atlas/sql/sqlclient"
)

// Inspect is a schema to print.
type Inspect struct {
	Realm *schema.Realm
	// ctx is kept because templates call methods without arguments.
	ctx context.Context
	// client knows how to write SQL and HCL.
	client *sqlclient.Client
	// scoped says that the schema is one of a connection with a search_path, so names are not qualified.
	scoped bool
}

// NewInspect wraps a schema for printing.
func NewInspect(ctx context.Context, client *sqlclient.Client, realm *schema.Realm, scoped bool) *Inspect {
	return &Inspect{Realm: realm, ctx: ctx, client: client, scoped: scoped}
}

// InspectFunctions are what an inspect template can use beyond the common functions.
var InspectFunctions = template.FuncMap{
	"sql": func(i *Inspect, indent ...string) (string, error) { return i.MarshalSQL(indent...) },
	"hcl": func(i *Inspect) (string, error) { return i.MarshalHCL() },
}

// MarshalHCL writes the schema in Atlas's language.
func (i *Inspect) MarshalHCL() (string, error) {
	text, err := i.client.MarshalSpec(i.Realm)
	return string(text), err
}

// MarshalSQL writes the statements that create the schema.
func (i *Inspect) MarshalSQL(indent ...string) (string, error) {
	var changes []schema.Change
	for _, o := range i.Realm.Objects {
		changes = append(changes, &schema.AddObject{O: o})
	}
	for _, s := range i.Realm.Schemas {
		if !i.scoped {
			changes = append(changes, &schema.AddSchema{S: s})
		}
		for _, o := range s.Objects {
			changes = append(changes, &schema.AddObject{O: o})
		}
		for _, t := range s.Tables {
			changes = append(changes, &schema.AddTable{T: t})
		}
	}
	plan, err := i.client.PlanChanges(i.ctx, "inspect", changes, func(o *migrate.PlanOptions) {
		o.Mode = migrate.PlanModeDump
		o.Indent = strings.Join(indent, "")
		if i.scoped {
			o.SchemaQualifier = new(string)
		}
	})
	if err != nil {
		return "", err
	}
	file, err := migrate.DefaultFormatter.FormatFile(plan)
	if err != nil {
		return "", err
	}
	return string(file.Bytes()), nil
}

type (
	jsonAttrs struct {
		Comment string `json:"comment,omitempty"`
		Charset string `json:"charset,omitempty"`
		Collate string `json:"collate,omitempty"`
	}
	jsonColumn struct {
		Name string `json:"name"`
		Type string `json:"type,omitempty"`
		Null bool   `json:"null,omitempty"`
		jsonAttrs
	}
	jsonPart struct {
		Desc   bool   `json:"desc,omitempty"`
		Column string `json:"column,omitempty"`
		Expr   string `json:"expr,omitempty"`
	}
	jsonIndex struct {
		Name   string     `json:"name,omitempty"`
		Unique bool       `json:"unique,omitempty"`
		Parts  []jsonPart `json:"parts,omitempty"`
	}
	jsonReference struct {
		Table   string   `json:"table"`
		Columns []string `json:"columns,omitempty"`
	}
	jsonForeignKey struct {
		Name       string        `json:"name"`
		Columns    []string      `json:"columns,omitempty"`
		References jsonReference `json:"references"`
	}
	jsonTable struct {
		Name        string           `json:"name"`
		Columns     []jsonColumn     `json:"columns,omitempty"`
		Indexes     []jsonIndex      `json:"indexes,omitempty"`
		PrimaryKey  *jsonIndex       `json:"primary_key,omitempty"`
		ForeignKeys []jsonForeignKey `json:"foreign_keys,omitempty"`
		jsonAttrs
	}
	jsonSchema struct {
		Name   string      `json:"name"`
		Tables []jsonTable `json:"tables,omitempty"`
		jsonAttrs
	}
)

// MarshalJSON gives schemas, tables, columns, indexes and foreign keys.
func (i *Inspect) MarshalJSON() ([]byte, error) {
	var out struct {
		Schemas []jsonSchema `json:"schemas,omitempty"`
	}
	for _, s := range i.Realm.Schemas {
		one := jsonSchema{Name: s.Name, jsonAttrs: attrsOf(s.Attrs)}
		for _, t := range s.Tables {
			one.Tables = append(one.Tables, tableOf(t))
		}
		out.Schemas = append(out.Schemas, one)
	}
	return json.Marshal(out)
}

func tableOf(t *schema.Table) jsonTable {
	out := jsonTable{Name: t.Name, jsonAttrs: attrsOf(t.Attrs)}
	for _, c := range t.Columns {
		out.Columns = append(out.Columns, jsonColumn{c.Name, c.Type.Raw, c.Type.Null, attrsOf(c.Attrs)})
	}
	for _, index := range t.Indexes {
		out.Indexes = append(out.Indexes, jsonIndex{index.Name, index.Unique, partsOf(index)})
	}
	if t.PrimaryKey != nil {
		out.PrimaryKey = &jsonIndex{Parts: partsOf(t.PrimaryKey)}
	}
	for _, key := range t.ForeignKeys {
		one := jsonForeignKey{Name: key.Symbol, Columns: namesOf(key.Columns)}
		one.References = jsonReference{Table: key.RefTable.Name, Columns: namesOf(key.RefColumns)}
		out.ForeignKeys = append(out.ForeignKeys, one)
	}
	return out
}

func partsOf(index *schema.Index) []jsonPart {
	var parts []jsonPart
	for _, p := range index.Parts {
		part := jsonPart{Desc: p.Desc}
		switch x := p.X.(type) {
		case *schema.Literal:
			part.Expr = x.V
		case *schema.RawExpr:
			part.Expr = x.X
		}
		if p.C != nil {
			part.Column = p.C.Name
		}
		parts = append(parts, part)
	}
	return parts
}

func namesOf(columns []*schema.Column) []string {
	var names []string
	for _, c := range columns {
		names = append(names, c.Name)
	}
	return names
}

func attrsOf(attrs []schema.Attr) (out jsonAttrs) {
	for _, a := range attrs {
		switch a := a.(type) {
		case *schema.Comment:
			out.Comment = a.Text
		case *schema.Charset:
			out.Charset = a.V
		case *schema.Collation:
			out.Collate = a.V
		}
	}
	return out
}

// String is for templates that print the value itself.
func (i *Inspect) String() string {
	text, err := i.MarshalHCL()
	if err != nil {
		return fmt.Sprintf("<%v>", err)
	}
	return text
}
