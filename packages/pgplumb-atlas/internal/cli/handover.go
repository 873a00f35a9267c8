package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"pgplumb-atlas/internal/pg"
)

// handOver runs a command line with the official binary. Where that binary needs something prepared, it runs as a child
// so that it can be tidied up afterwards, else in place of this program.
func handOver(path string, args []string) (code int, err error) {
	signals := make(chan os.Signal, 8)
	passedOn := notIgnored(os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT)
	signal.Notify(signals, passedOn...)
	defer signal.Stop(signals)
	e, err := prepareInterruptibly(args, passedOn)
	if err == nil && len(e.tidyUps) == 0 {
		signal.Stop(signals)
		return replace(path, e.args)
	}
	end := ending{code: 1, abrupt: true}
	if err == nil {
		end, err = runChild(path, e.args, signals)
	}
	for i := len(e.tidyUps) - 1; i >= 0; i-- {
		if problem := e.tidyUps[i](end.abrupt); problem != nil {
			fmt.Fprintf(os.Stderr, "Note: %s\n", pg.Redact(problem.Error()))
		}
	}
	return end.code, err
}

// prepareInterruptibly makes no child of a command that was interrupted before there was one.
func prepareInterruptibly(args []string, signals []os.Signal) (errand, error) {
	ctx, stop := signal.NotifyContext(context.Background(), signals...)
	defer stop()
	e, err := prepare(ctx, args)
	if ctx.Err() != nil {
		err = errors.New("interrupted")
	}
	return e, err
}

// notIgnored leaves out the signals that whoever started this program, such as nohup, wants ignored.
func notIgnored(signals ...os.Signal) []os.Signal {
	var kept []os.Signal
	for _, s := range signals {
		if !signal.Ignored(s) {
			kept = append(kept, s)
		}
	}
	return kept
}

// ending is how a child ended.
type ending struct {
	code int
	// abrupt says that it was interrupted: what it did on the server may still go on.
	abrupt bool
}

// runChild runs a program with this one's input and output, passes on signals and waits for its end.
func runChild(path string, args []string, signals <-chan os.Signal) (ending, error) {
	command := exec.Command(path, args...)
	command.Stdin, command.Stdout, command.Stderr = os.Stdin, os.Stdout, os.Stderr
	if err := command.Start(); err != nil {
		return ending{code: 1}, fmt.Errorf("%s can't be run: %w", path, err)
	}
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	interrupted := false
	for {
		select {
		case s := <-signals:
			interrupted = true
			passOn(command.Process, s)
		case err := <-ended:
			var exit *exec.ExitError
			if err != nil && !errors.As(err, &exit) {
				return ending{code: 1, abrupt: true}, err
			}
			code, killed := exitCode(command.ProcessState)
			return ending{code, interrupted || killed}, nil
		}
	}
}
