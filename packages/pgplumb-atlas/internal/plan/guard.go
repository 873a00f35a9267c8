package plan

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"ariga.io/atlas/sql/migrate"
	"ariga.io/atlas/sql/schema"
	"ariga.io/atlas/sql/sqlclient"

	"pgplumb-atlas/internal/pg"
	"pgplumb-atlas/internal/state"
)

// refuseLostEnumValues stops at what PostgreSQL has no statement for; the engine would leave it out without a word.
func refuseLostEnumValues(changes []schema.Change) error {
	for _, c := range changes {
		modify, ok := c.(*schema.ModifyObject)
		if !ok {
			continue
		}
		from, ok1 := modify.From.(*schema.EnumType)
		to, ok2 := modify.To.(*schema.EnumType)
		if !ok1 || !ok2 {
			continue
		}
		for _, value := range from.Values {
			if !slices.Contains(to.Values, value) {
				return fmt.Errorf("enum type %q loses the value %q, and PostgreSQL can't remove a value from an enum: "+
					"nothing was written. Keep the value, or plan the change (a new type, to which columns are cast) with "+
					"'plumb diff NAME'", from.T, value)
			}
		}
	}
	return nil
}

// try applies a plan the way `migrate apply` will, in a database built from the migrations: what fails here would
// fail there.
func try(ctx context.Context, client *sqlclient.Client, p *migrate.Plan, outside bool) error {
	var db schema.ExecQuerier = client.DB
	if !outside {
		tx, err := client.DB.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		// The database is thrown away: rolling back also covers the case that it isn't.
		defer func() { _ = tx.Rollback() }()
		db = tx
	}
	for _, c := range p.Changes {
		if _, err := db.ExecContext(ctx, c.Cmd, c.Args...); err != nil {
			if pg.Unreachable(err) || ctx.Err() != nil {
				return err
			}
			return &UnusableError{Plan: p, SQL: c.Cmd, Err: err}
		}
	}
	return nil
}

// UnusableError is a plan that can't be applied. It says why and shows the SQL, which may be a start for writing the
// migration by hand.
type UnusableError struct {
	Plan *migrate.Plan
	SQL  string
	Err  error
}

// Error tells the reason, the way out and the planned statements.
func (e *UnusableError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "the planned migration can't be applied, so nothing was written: %s.", pg.Message(e.Err))
	switch hint := state.Hint(e.Err); {
	case hint != "":
		fmt.Fprintf(&b, " %s.", hint)
	case pg.Code(e.Err) == pg.DependentObjects, pg.Code(e.Err) == pg.FeatureNotSupported:
		b.WriteString(" Other objects, such as a view or a function, depend on what changes, and Atlas's table diff does not " +
			"know those. A migration that drops and recreates them is planned by: plumb diff NAME.")
	default:
		b.WriteString(" Plan the change with plumb diff NAME, or write it by hand: atlas migrate new NAME.")
	}
	b.WriteString("\nPlanned:")
	for _, c := range e.Plan.Changes {
		mark := ""
		if c.Cmd == e.SQL {
			mark = "  -- fails"
		}
		fmt.Fprintf(&b, "\n  %s;%s", c.Cmd, mark)
	}
	return b.String()
}

// Unwrap gives the error below.
func (e *UnusableError) Unwrap() error { return e.Err }

// renameNotes points out what may be a rename: the engine compares two states and can only see a drop and an add.
func renameNotes(changes []schema.Change) []string {
	var notes []string
	for _, c := range changes {
		modify, ok := c.(*schema.ModifyTable)
		if !ok {
			continue
		}
		var dropped, added []*schema.Column
		for _, part := range modify.Changes {
			switch part := part.(type) {
			case *schema.DropColumn:
				dropped = append(dropped, part.C)
			case *schema.AddColumn:
				added = append(added, part.C)
			}
		}
		for _, d := range dropped {
			for _, a := range added {
				if d.Type != nil && a.Type != nil && d.Type.Raw == a.Type.Raw {
					notes = append(notes, fmt.Sprintf("Column %q of %q is dropped and %q added. If that is a rename, its data would "+
						"be lost: replace the statement by ALTER TABLE %q RENAME COLUMN %q TO %q and run 'atlas migrate hash'.",
						d.Name, modify.T.Name, a.Name, modify.T.Name, d.Name, a.Name))
				}
			}
		}
	}
	var dropped, added []*schema.Table
	for _, c := range changes {
		switch c := c.(type) {
		case *schema.DropTable:
			dropped = append(dropped, c.T)
		case *schema.AddTable:
			added = append(added, c.T)
		}
	}
	for _, d := range dropped {
		for _, a := range added {
			if sameColumns(d, a) {
				notes = append(notes, fmt.Sprintf("Table %q is dropped and %q, with the same columns, added. If that is a rename, "+
					"its data would be lost: write ALTER TABLE %q RENAME TO %q instead and run 'atlas migrate hash'.",
					d.Name, a.Name, d.Name, a.Name))
			}
		}
	}
	return notes
}

func sameColumns(a, b *schema.Table) bool {
	return slices.EqualFunc(a.Columns, b.Columns, func(x, y *schema.Column) bool { return x.Name == y.Name })
}
