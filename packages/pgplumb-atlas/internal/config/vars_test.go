package config

import (
	"testing"

	"github.com/zclconf/go-cty/cty"
)

func TestVars(t *testing.T) {
	var vars Vars
	for _, text := range []string{"a=1,b=x=y", "c=1", "c=2"} {
		if err := vars.Set(text); err != nil {
			t.Fatal(err)
		}
	}
	for name, want := range map[string]cty.Value{
		"a": cty.StringVal("1"),
		"b": cty.StringVal("x=y"),
		"c": cty.ListVal([]cty.Value{cty.StringVal("1"), cty.StringVal("2")}),
	} {
		if !vars[name].RawEquals(want) {
			t.Errorf("%s = %#v, want %#v", name, vars[name], want)
		}
	}
	if err := vars.Set("nonsense"); err == nil {
		t.Error("a variable without a value was accepted")
	}
}
