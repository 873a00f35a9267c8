package main

import (
	"runtime/debug"
	"strings"
	"testing"
)

// TestNoticeNamesWhatIsLinked keeps NOTICE and the licence texts in step with go.mod.
func TestNoticeNamesWhatIsLinked(t *testing.T) {
	info, ok := debug.ReadBuildInfo()
	if !ok || len(info.Deps) == 0 {
		t.Fatal("no build information")
	}
	for _, dependency := range info.Deps {
		found := false
		for _, line := range strings.Split(notice, "\n") {
			fields := strings.Fields(line)
			found = found || len(fields) > 1 && fields[0] == dependency.Path && fields[1] == dependency.Version
		}
		if !found {
			t.Errorf("NOTICE lacks %s %s", dependency.Path, dependency.Version)
		}
		if !strings.Contains(licenses, dependency.Path+" "+dependency.Version+"\n") {
			t.Errorf("THIRD_PARTY_LICENSES.txt lacks %s %s", dependency.Path, dependency.Version)
		}
	}
}
