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

// passOn gives a child the signal this process got. What is typed at a terminal the terminal itself sends to both, and
// a second copy would make the child give up its tidying up.
func passOn(child *os.Process, s os.Signal) {
	if (s == syscall.SIGINT || s == syscall.SIGQUIT) && hasTerminal() {
		return
	}
	_ = child.Signal(s)
}

func hasTerminal() bool {
	terminal, err := os.Open("/dev/tty")
	if err != nil {
		return false
	}
	_ = terminal.Close()
	return true
}

// exitCode is a child's exit code or, as shells give it, 128 and the signal that killed it.
func exitCode(state *os.ProcessState) (code int, killed bool) {
	if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return 128 + int(status.Signal()), true
	}
	return state.ExitCode(), false
}
