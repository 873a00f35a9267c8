package shadow

import (
	"testing"
	"time"
)

func TestIsStale(t *testing.T) {
	now := time.Unix(0x69200000, 0)
	for name, want := range map[string]bool{
		"plumb_shadow_atlas_691fff00_ab12":   false, // four minutes old
		"plumb_shadow_atlas_691f0000_ab12":   true,
		"plumb_shadow_atlas_69300000_ab12":   false, // from the future
		"plumb_shadow_atlas_nothex_ab12":     false,
		"plumb_shadow_atlas_691f0000":        false,
		"plumb_shadow_dev":                   false,
		"my_plumb_shadow_atlas_691f0000_ab1": false,
	} {
		if got := isStale(name, now); got != want {
			t.Errorf("isStale(%q) = %v, want %v", name, got, want)
		}
	}
}
