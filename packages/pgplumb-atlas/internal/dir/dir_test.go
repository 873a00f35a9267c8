package dir

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestWithFormat(t *testing.T) {
	for _, c := range []struct{ raw, name, want string }{
		{"file://m", "goose", "file://m?format=goose"},
		{"file://m?format=flyway", "goose", "file://m?format=flyway"},
		{"file://m", "", "file://m"},
	} {
		if got, err := WithFormat(c.raw, c.name); err != nil || got != c.want {
			t.Errorf("WithFormat(%q, %q) = %q, %v, want %q", c.raw, c.name, got, err, c.want)
		}
	}
}

func TestFlywayRepeatablesMayShareTheirLackOfAVersion(t *testing.T) {
	folder := t.TempDir()
	for _, name := range []string{"V1__a.sql", "R__b.sql", "R__c.sql"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte("select 1;"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	u, err := Parse("file://" + folder + "?format=flyway")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Open(u, false); err != nil {
		t.Errorf("refused: %v", err)
	}
	if err := os.WriteFile(filepath.Join(folder, "V1__other.sql"), []byte("select 1;"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(u, false); err == nil || !strings.Contains(err.Error(), "V1__other.sql") {
		t.Errorf("two files of version 1: %v", err)
	}
}
