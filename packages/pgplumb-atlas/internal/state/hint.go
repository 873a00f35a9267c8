package state

import (
	"fmt"
	"regexp"

	"pgplumb-atlas/internal/pg"
)

var (
	missingType     = regexp.MustCompile(`^type "(.+)" does not exist$`)
	missingFunction = regexp.MustCompile(`^function (.+) does not exist$`)
)

// Hint says what to do about an error whose usual cause is known, or "".
func Hint(err error) string {
	message := pg.Message(err)
	switch pg.Code(err) {
	case pg.UndefinedObject:
		if m := missingType.FindStringSubmatch(message); m != nil {
			return fmt.Sprintf("The type %s (a domain, composite or range type, or one of an extension) is not made by "+
				"Atlas's table diff, which knows tables, columns, indexes, constraints and enums only. Create it in a "+
				"migration that comes first: plumb diff NAME plans it", m[1])
		}
	case pg.UndefinedFunction:
		if m := missingFunction.FindStringSubmatch(message); m != nil {
			return fmt.Sprintf("The function %s is not made by Atlas's table diff. Create it in a migration that comes "+
				"first: plumb diff NAME plans it", m[1])
		}
	case pg.UnsafeNewEnumValue:
		return "PostgreSQL can't use a new enum value in the transaction that adds it. Do it in two migrations: the " +
			"first adds the value, the second uses it; plumb diff NAME plans both"
	case pg.ActiveTransaction:
		return "Put the line `-- atlas:txmode none` and an empty line at the top of the file to run it outside a transaction"
	}
	return ""
}
