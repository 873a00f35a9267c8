package lint

import (
	"slices"
	"strings"

	"ariga.io/atlas/sql/sqlcheck"
)

// silence holds what the nolint directives of a file say.
type silence struct {
	whole bool
	// rules are the names and codes to leave out by the position of a statement; "" leaves out everything.
	rules map[int][]string
}

// silenceOf reads the directives at the top of a file and those above its statements.
func silenceOf(f *sqlcheck.File) silence {
	s := silence{rules: make(map[int][]string)}
	if file, ok := f.File.(interface{ Directive(string) []string }); ok {
		for _, text := range file.Directive("nolint") {
			if strings.TrimSpace(text) == "" {
				return silence{whole: true}
			}
			for _, c := range f.Changes {
				s.add(c, text)
			}
		}
	}
	for _, c := range f.Changes {
		for _, text := range c.Stmt.Directive("nolint") {
			s.add(c, text)
		}
	}
	return s
}

func (s silence) add(c *sqlcheck.Change, text string) {
	names := strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == ',' || r == '\t' })
	if len(names) == 0 {
		names = []string{""}
	}
	s.rules[c.Stmt.Pos] = append(s.rules[c.Stmt.Pos], names...)
}

// covers reports whether a diagnostic is to be left out: by its code, or by the name of its analyzer.
func (s silence) covers(d sqlcheck.Diagnostic, analyzer string) bool {
	rules := s.rules[d.Pos]
	return slices.Contains(rules, "") || slices.Contains(rules, d.Code) || analyzer != "" && slices.Contains(rules, analyzer)
}
