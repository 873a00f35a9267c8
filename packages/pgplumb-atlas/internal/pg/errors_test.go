package pg

import (
	"net/url"
	"testing"
)

func TestRedact(t *testing.T) {
	for text, want := range map[string]string{
		"postgres://me:secret@host/db":            "postgres://me:xxxxx@host/db",
		"postgres://:secret@host/db":              "postgres://:xxxxx@host/db",
		"postgres://me@host/db?password=secret&x": "postgres://me@host/db?password=xxxxx&x",
		"host=h password=secret user=me":          "host=h password=xxxxx user=me",
		`pq: relation "a:b@c" does not exist`:     `pq: relation "a:b@c" does not exist`,
		"postgres://host/db?sslmode=disable":      "postgres://host/db?sslmode=disable",
	} {
		if got := Redact(text); got != want {
			t.Errorf("Redact(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestAddress(t *testing.T) {
	for raw, want := range map[string]string{
		"postgres://me:secret@db.example:6000/x": "db.example:6000",
		"postgres://me@db.example/x":             "db.example:5432",
		"postgres:///x":                          "localhost:5432",
		"postgres://[::1]:5433/x":                "[::1]:5433",
	} {
		u, err := url.Parse(raw)
		if err != nil {
			t.Fatal(err)
		}
		if got := Address(u); got != want {
			t.Errorf("Address(%q) = %q, want %q", raw, got, want)
		}
	}
}
