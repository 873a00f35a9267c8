package report

import (
	"fmt"
	"io"
	"sort"
	"strings"

	"ariga.io/atlas/sql/migrate"
)

// Set is what `migrate set` changed in the revision table.
type Set struct {
	Current *migrate.Revision
	added   []*migrate.Revision
	removed []*migrate.Revision
}

// Add notes a revision that counts as applied now.
func (s *Set) Add(r *migrate.Revision) { s.added = append(s.added, r) }

// Remove notes a revision that was taken out.
func (s *Set) Remove(r *migrate.Revision) { s.removed = append(s.removed, r) }

// Text writes the report for people: nothing when nothing changed.
func (s *Set) Text(w io.Writer) {
	if len(s.added)+len(s.removed) == 0 {
		return
	}
	if s.Current == nil {
		fmt.Fprintf(w, "All revisions deleted (%d in total):\n\n", len(s.removed))
	} else {
		var parts []string
		if n := len(s.added); n > 0 {
			parts = append(parts, fmt.Sprintf("%d set", n))
		}
		if n := len(s.removed); n > 0 {
			parts = append(parts, fmt.Sprintf("%d removed", n))
		}
		fmt.Fprintf(w, "Current version is %s (%s):\n\n", Cyan("%s", s.Current.Version), strings.Join(parts, ", "))
	}
	type line struct{ version, text string }
	var lines []line
	for mark, revisions := range map[string][]*migrate.Revision{Green("+"): s.added, Red("-"): s.removed} {
		for _, r := range revisions {
			text := fmt.Sprintf("  %s %s", mark, r.Version)
			if r.Description != "" {
				text += " (" + r.Description + ")"
			}
			lines = append(lines, line{r.Version, text})
		}
	}
	sort.Slice(lines, func(i, j int) bool { return lines[i].version < lines[j].version })
	for _, l := range lines {
		fmt.Fprintln(w, l.text)
	}
	fmt.Fprintln(w)
}
