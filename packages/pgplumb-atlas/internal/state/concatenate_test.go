package state

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

func TestConcatenate(t *testing.T) {
	for _, test := range []struct {
		texts []string
		want  string
		same  bool
	}{
		{[]string{"a;\n", "b;\n"}, "a;\nb;\n", true},
		{[]string{"a;", "b;"}, "a;\nb;\n", true},
		{[]string{"", "a;\n\n", "\n"}, "\na;\n\n\n", true},
		// A statement that only the end of its file ends, and a comment after one.
		{[]string{"a", "b\n", "c; -- done"}, "a\n;\nb\n;\nc; -- done\n;\n", true},
		{[]string{"a;", "-- atlas:delimiter \\n\\n\nb"}, "", false},
		{[]string{"a;\n-- atlas:import b.sql\n", "c;"}, "", false},
	} {
		folder := t.TempDir()
		var names []string
		for i, text := range test.texts {
			name := filepath.Join(folder, fmt.Sprint(i))
			if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			names = append(names, name)
		}
		script, same, err := Concatenate(names)
		if err != nil || same != test.same || string(script) != test.want {
			t.Errorf("%q: got %q, %v, %v", test.texts, script, same, err)
		}
	}
	if _, _, err := Concatenate([]string{filepath.Join(t.TempDir(), "none")}); err == nil {
		t.Error("a missing file is no error")
	}
}

func TestSQLFiles(t *testing.T) {
	folder := t.TempDir()
	for _, name := range []string{"a.sql", "b.sql", "c.hcl", "sub/y.sql", "sub/x.sql", "migrations/1.sql"} {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, test := range []struct {
		names []string
		want  string
	}{
		{[]string{"b.sql", "a.sql"}, "[b.sql a.sql]"},
		{[]string{"a.sql", "sub"}, "[a.sql sub/x.sql sub/y.sql]"},
		{[]string{"a.sql"}, "[]"},
		{[]string{"sub"}, "[]"},
		{[]string{"c.hcl", "c.hcl"}, "[]"},
		{[]string{"a.sql", "c.hcl"}, "[]"},
		{[]string{"a.sql", "migrations"}, "[]"},
		{[]string{"a.sql", "none.sql"}, "[]"},
	} {
		var urls, got []string
		for _, name := range test.names {
			urls = append(urls, "file://"+filepath.ToSlash(filepath.Join(folder, name)))
		}
		files, _ := SQLFiles(urls, nil)
		for _, name := range files {
			relative, err := filepath.Rel(folder, name)
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, filepath.ToSlash(relative))
		}
		if fmt.Sprint(got) != test.want {
			t.Errorf("%v: got %v, want %s", test.names, got, test.want)
		}
	}
}
