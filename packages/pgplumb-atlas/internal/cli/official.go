package cli

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// officialVariable names another Atlas binary to run instead of this one.
const officialVariable = "PLUMB_ATLAS"

// official hands the command line to the binary of PLUMB_ATLAS, if it is set.
func official(args []string) (code int, handedOver bool) {
	wanted := os.Getenv(officialVariable)
	if wanted == "" {
		return 0, false
	}
	path, err := findOfficial(wanted)
	if err == nil {
		// What that binary starts in turn must not come back here.
		_ = os.Unsetenv(officialVariable)
		code, err = handOver(path, args)
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "Error: %s\n", err)
		return 1, true
	}
	return code, true
}

func findOfficial(wanted string) (string, error) {
	path := wanted
	if !strings.ContainsAny(wanted, `/\`) {
		if found, err := exec.LookPath(wanted); err == nil {
			path = found
		}
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return "", fmt.Errorf("%s is set to %s, which does not exist. Give the path of an Atlas binary, or unset it to use this build", officialVariable, wanted)
	case info.IsDir():
		return "", fmt.Errorf("%s is set to %s, which is a folder. Give the path of an Atlas binary, or unset it to use this build", officialVariable, wanted)
	}
	self, err := os.Executable()
	if err != nil {
		return "", err
	}
	if own, err := os.Stat(self); err == nil && os.SameFile(own, info) {
		return "", fmt.Errorf("%s points at this very program (%s). Give the path of an official Atlas binary, or unset it", officialVariable, wanted)
	}
	return path, nil
}
