package lint

import (
	"fmt"
	"regexp"

	"ariga.io/atlas/sql/sqlcheck"
)

var rename = regexp.MustCompile(`(?is)^\s*ALTER\s+TABLE\b.*\bRENAME\s+(?:COLUMN\s+)?(?:\S+\s+)?TO\s+\S+`)

// hinted adds what to do about a rename: comparing states, the engine takes it for a drop.
func hinted(f *sqlcheck.File, d sqlcheck.Diagnostic) sqlcheck.Diagnostic {
	if d.Code != "DS102" && d.Code != "DS103" {
		return d
	}
	for _, c := range f.Changes {
		if c.Stmt.Pos == d.Pos && rename.MatchString(c.Stmt.Text) {
			d.SuggestedFixes = []sqlcheck.SuggestedFix{{Message: fmt.Sprintf(
				"This statement renames, so no data is lost, but programs that use the old name break. If they don't, "+
					"put the line `-- atlas:nolint %s` above the statement", d.Code)}}
		}
	}
	return d
}
