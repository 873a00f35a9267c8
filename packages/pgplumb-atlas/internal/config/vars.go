package config

import (
	"encoding/csv"
	"fmt"
	"sort"
	"strings"

	"github.com/zclconf/go-cty/cty"
)

// Vars are the input variables of the command line. A name that comes twice becomes a list.
type Vars map[string]cty.Value

// Set takes one or more name=value, separated by commas as in a line of CSV.
func (v *Vars) Set(text string) error {
	fields, err := csv.NewReader(strings.NewReader(text)).Read()
	if err != nil {
		return fmt.Errorf("a variable must be given as name=value, got %q", text)
	}
	if *v == nil {
		*v = make(Vars)
	}
	for _, field := range fields {
		name, raw, found := strings.Cut(field, "=")
		if !found || name == "" {
			return fmt.Errorf("a variable must be given as name=value, got %q", field)
		}
		value := cty.StringVal(raw)
		switch before, given := (*v)[name]; {
		case !given:
			(*v)[name] = value
		case before.Type().IsListType():
			(*v)[name] = cty.ListVal(append(before.AsValueSlice(), value))
		default:
			(*v)[name] = cty.ListVal([]cty.Value{before, value})
		}
	}
	return nil
}

// String lists the names; the values may be secrets.
func (v *Vars) String() string {
	names := make([]string, 0, len(*v))
	for name := range *v {
		names = append(names, name)
	}
	sort.Strings(names)
	return strings.Join(names, ",")
}

// Type is what --help shows.
func (v *Vars) Type() string { return "name=value" }
