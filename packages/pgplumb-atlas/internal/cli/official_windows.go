package cli

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
)

// replace runs the other program and gives its exit code: Windows can't turn one process into another.
func replace(path string, args []string) (int, error) {
	command := exec.Command(path, args...)
	command.Stdin, command.Stdout, command.Stderr = os.Stdin, os.Stdout, os.Stderr
	err := command.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return exit.ExitCode(), nil
	}
	if err != nil {
		return 1, fmt.Errorf("%s can't be run: %w", path, err)
	}
	return 0, nil
}
