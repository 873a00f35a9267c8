package lint

import "testing"

func TestRename(t *testing.T) {
	for statement, want := range map[string]bool{
		"ALTER TABLE t RENAME COLUMN a TO b;":           true,
		"alter table if exists only s.t rename a to b;": true,
		"ALTER TABLE t RENAME TO u;":                    true,
		"ALTER TABLE t DROP COLUMN rename_to;":          false,
		"DROP TABLE t;":                                 false,
	} {
		if got := rename.MatchString(statement); got != want {
			t.Errorf("%q: got %v, want %v", statement, got, want)
		}
	}
}
