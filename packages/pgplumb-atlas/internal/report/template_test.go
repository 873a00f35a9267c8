package report

import (
	"slices"
	"strings"
	"testing"
)

func TestWrapDoesNotCountBlanks(t *testing.T) {
	if got, want := Wrap("aa bb cc dd", 4), []string{"aa bb", "cc dd"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := Wrap("longer than it", 3), []string{"longer", "than", "it"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestFormat(t *testing.T) {
	var b strings.Builder
	text := `{{ json . }} {{ json_merge "{\"a\":1}" "{\"b\":2}" }} {{ add 1 2 }} {{ upper "x" }}`
	if err := Format(&b, text, map[string]int{"n": 1}, nil); err != nil {
		t.Fatal(err)
	}
	if got, want := b.String(), `{"n":1} {"a":1,"b":2} 3 X`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if Check("{{ nonsense }}", nil) == nil {
		t.Error("an unknown function was accepted")
	}
}
