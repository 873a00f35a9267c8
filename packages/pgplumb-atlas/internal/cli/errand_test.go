package cli

import (
	"context"
	"slices"
	"strings"
	"testing"
)

func TestWithoutFlag(t *testing.T) {
	cmd, _, err := newRoot().Find([]string{"migrate", "diff"})
	if err != nil {
		t.Fatal(err)
	}
	if err := parseKnown(cmd, nil); err != nil {
		t.Fatal(err)
	}
	for line, want := range map[string]string{
		"--to a name --env x --to=b,c":           "name --env x",
		"--env x --to a":                         "--env x",
		"--env --to --to a":                      "--env --to", // an environment called --to
		"--edit --to a name":                     "--edit name",
		"--of-another-build --to a -w x name":    "--of-another-build -w x name",
		"-s public -spublic --to a -c file://--": "-s public -spublic -c file://--",
		"--to a -- --to b":                       "-- --to b",
		"name --to":                              "name",
		"name - -- -":                            "name - -- -",
	} {
		got := withoutFlag(strings.Fields(line), cmd.Flags(), flagTo)
		if !slices.Equal(got, strings.Fields(want)) {
			t.Errorf("%s: got %q, want %q", line, got, want)
		}
	}
}

func TestWithoutShortFlag(t *testing.T) {
	cmd, _, err := newRoot().Find([]string{"schema", "inspect"})
	if err != nil {
		t.Fatal(err)
	}
	got := withoutFlag(strings.Fields("-u a -ub -u=c --url d --url=e -s x"), cmd.Flags(), flagURL)
	if want := []string{"-s", "x"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestUnderstand(t *testing.T) {
	const files = "file://a.sql file://b.sql"
	for line, want := range map[string]string{
		"migrate diff x --to file://a.sql --to file://b.sql":     files,
		"migrate --to=file://a.sql,file://b.sql diff":            files,
		"migrate diff --new-in-pro --to file://a.sql -w y":       "file://a.sql",
		"schema inspect -u file://a.sql -ufile://b.sql --web":    files,
		"migrate lint --dev-url postgres://h/d --latest 1":       "",
		"migrate diff --help --to file://a.sql":                  "not ours",
		"migrate diff --env e -c file://no_such.hcl":             "not ours",
		"migrate diff --to":                                      "not ours",
		"migrate apply --url postgres://h/d":                     "not ours",
		"migrate down --dev-url postgres://h/plumb_shadow_d":     "not ours",
		"schema apply --to file://a.sql --to file://b.sql":       "not ours",
		"schema inspect -u mysql://h/d":                          "not ours",
		"no such command":                                        "not ours",
		"":                                                       "not ours",
		"migrate diff -- --to file://a.sql":                      "",
		"migrate diff --lock-timeout nonsense --to file://a.sql": "not ours",
	} {
		h, err := understand(context.Background(), strings.Fields(line))
		got := strings.Join(h.sources, " ")
		if err != nil {
			got = "not ours"
		}
		if got != want {
			t.Errorf("%s: got %q (%v), want %q", line, got, err, want)
		}
	}
}

func TestFileURL(t *testing.T) {
	for path, want := range map[string]string{
		"/tmp/a.sql":          "file:///tmp/a.sql",
		"/my tmp/a,b/50%.sql": "file:///my%20tmp/a%2Cb/50%25.sql",
	} {
		if got := fileURL(path); got != want {
			t.Errorf("fileURL(%q) = %q, want %q", path, got, want)
		}
	}
}
