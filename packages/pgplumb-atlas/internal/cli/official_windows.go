package cli

import "os"

// replace runs the other program and gives its exit code: Windows can't turn one process into another.
func replace(path string, args []string) (int, error) {
	end, err := runChild(path, args, nil)
	return end.code, err
}

// passOn does nothing: a console sends its Ctrl-C to the child as well.
func passOn(*os.Process, os.Signal) {}

func exitCode(state *os.ProcessState) (code int, killed bool) { return state.ExitCode(), false }
