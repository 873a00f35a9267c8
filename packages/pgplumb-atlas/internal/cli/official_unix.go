//go:build !windows

package cli

import (
	"fmt"
	"os"
	"syscall"
)

// replace turns this process into the other program: signals, terminal and exit code need no forwarding then.
func replace(path string, args []string) (int, error) {
	err := syscall.Exec(path, append([]string{path}, args...), os.Environ())
	return 1, fmt.Errorf("%s can't be run: %w", path, err)
}
