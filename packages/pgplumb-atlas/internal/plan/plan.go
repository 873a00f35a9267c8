// Package plan works out the migration that leads from the migrations as they are to the desired schema, and
// refuses to hand out one that could not be applied.
package plan

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"ariga.io/atlas/sql/migrate"
	"ariga.io/atlas/sql/schema"
	"ariga.io/atlas/sql/sqlclient"

	"pgplumb-atlas/internal/shadow"
	"pgplumb-atlas/internal/state"
)

// Request is what to plan.
type Request struct {
	Name    string
	Dir     migrate.Dir
	Desired state.Desired
	Dev     *shadow.Dev
	Options []schema.DiffOption
	Exclude []string
	// Qualifier prefixes tables where the work is on one schema.
	Qualifier string
	Indent    string
	// Directives says whether new files can carry Atlas's directives: those of other tools can't.
	Directives bool
}

// Result is a plan and what a person should know about it.
type Result struct {
	*migrate.Plan
	Notes []string
}

// ErrInSync means that there is nothing to do.
var ErrInSync = migrate.ErrNoPlan

// Make plans. ErrInSync is returned when the migrations lead to the desired schema already; the result then has the
// notes only.
func Make(ctx context.Context, r Request) (*Result, error) {
	var wanted state.Objects
	r.Desired.Beyond = &wanted
	desired, err := r.Desired.Read(ctx)
	if err != nil {
		return nil, err
	}
	result := &Result{}
	err = r.Dev.Fresh(ctx, func(ctx context.Context, client *sqlclient.Client) error {
		if err := state.Replay(ctx, client, r.Dir, ""); err != nil {
			return err
		}
		current, err := state.Inspect(ctx, client, state.Filter{Schemas: r.Desired.Filter.Schemas, Exclude: r.Exclude})
		if err != nil {
			return err
		}
		changes, err := r.diff(client, current, desired)
		if err != nil {
			return err
		}
		var note string
		if wanted != nil {
			if note, err = leftOut(ctx, client, wanted); err != nil {
				return err
			}
		}
		planned, err := r.plan(ctx, client, changes)
		if planned != nil {
			result = planned
		}
		if note != "" {
			result.Notes = append(result.Notes, note)
		}
		return err
	})
	return result, err
}

// leftOut says what differs between migrations and schema files that the engine does not compare: without it, "no
// changes" would be a half-truth.
func leftOut(ctx context.Context, client *sqlclient.Client, wanted state.Objects) (string, error) {
	have, err := state.Beyond(ctx, client)
	if err != nil {
		return "", err
	}
	differences := have.Differences(wanted)
	if differences == "" {
		return "", nil
	}
	return "Not part of Atlas's table diff, so not in this migration: " + differences +
		". These are planned by: plumb diff NAME", nil
}

func (r Request) diff(client *sqlclient.Client, current, desired *schema.Realm) ([]schema.Change, error) {
	options := append(append([]schema.DiffOption{}, r.Options...), schema.DiffNormalized())
	if client.URL.Schema == "" {
		return client.RealmDiff(current, desired, options...)
	}
	if len(current.Schemas) != 1 || len(desired.Schemas) != 1 {
		return nil, fmt.Errorf("the dev URL is limited to the schema %q: expected one schema in the migrations (found %d) "+
			"and in the desired state (found %d)", client.URL.Schema, len(current.Schemas), len(desired.Schemas))
	}
	// The name of the one schema is not part of the comparison.
	from, to := *current.Schemas[0], *desired.Schemas[0]
	from.Name = to.Name
	return client.SchemaDiff(&from, &to, options...)
}

func (r Request) plan(ctx context.Context, client *sqlclient.Client, changes []schema.Change) (*Result, error) {
	if len(changes) == 0 {
		return nil, ErrInSync
	}
	if err := refuseLostEnumValues(changes); err != nil {
		return nil, err
	}
	planned, err := client.PlanChanges(ctx, r.Name, changes, r.planOptions(client, r.Qualifier))
	if err != nil {
		return nil, err
	}
	if len(planned.Changes) == 0 {
		return nil, errors.New("the desired state differs from the migrations, but Atlas's diff has no SQL for the difference. " +
			"Nothing was written: plan the change with 'plumb diff NAME', or write it by hand with 'atlas migrate new NAME'")
	}
	result := &Result{Plan: planned, Notes: renameNotes(changes)}
	outside := concurrent(planned)
	if outside {
		if r.Directives {
			planned.AddDirectiveOnce("-- atlas:txmode none")
		} else {
			result.Notes = append(result.Notes, "The migration has a CONCURRENTLY in it and can't run in a transaction: apply it with --tx-mode none.")
		}
	}
	trial := planned
	if r.Qualifier != "" {
		// The qualifier may name a schema that exists elsewhere only.
		if trial, err = client.PlanChanges(ctx, r.Name, changes, r.planOptions(client, "")); err != nil {
			return nil, err
		}
	}
	return result, try(ctx, client, trial, outside)
}

func (r Request) planOptions(client *sqlclient.Client, qualifier string) migrate.PlanOption {
	return func(o *migrate.PlanOptions) {
		o.Indent = r.Indent
		if client.URL.Schema != "" {
			o.SchemaQualifier = &qualifier
		}
	}
}

// concurrent reports whether a plan has statements that PostgreSQL runs outside transactions only.
func concurrent(p *migrate.Plan) bool {
	for _, c := range p.Changes {
		words := strings.Fields(strings.ToUpper(c.Cmd))
		for i := 0; i < len(words) && i < 5; i++ {
			if words[i] == "CONCURRENTLY" {
				return true
			}
		}
	}
	return false
}
