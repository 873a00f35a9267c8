// Package lint finds out what new migrations do to a schema and lets the engine's analyzers judge it.
package lint

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path"
	"path/filepath"
	"strings"

	"ariga.io/atlas/sql/migrate"
)

// Detect splits a directory's files into those that are known already and the new ones to look at.
type Detect func(ctx context.Context, files []migrate.File) (base, fresh []migrate.File, err error)

// Latest takes the last n files as new.
func Latest(n int) Detect {
	return func(_ context.Context, files []migrate.File) (base, fresh []migrate.File, err error) {
		at := max(0, len(files)-n)
		return files[:at], files[at:], nil
	}
}

// GitBase takes as new the first file that HEAD has and a base branch has not, and all files after it.
func GitBase(repository, base, folder string) Detect {
	return func(ctx context.Context, files []migrate.File) ([]migrate.File, []migrate.File, error) {
		added, err := addedSince(ctx, repository, base, folder)
		if err != nil {
			return nil, nil, err
		}
		for i, f := range files {
			if added[path.Base(filepath.ToSlash(f.Name()))] {
				return files[:i], files[i:], nil
			}
		}
		return files, nil, nil
	}
}

func addedSince(ctx context.Context, repository, base, folder string) (map[string]bool, error) {
	if strings.HasPrefix(base, "-") {
		return nil, fmt.Errorf("%q is not a git branch", base)
	}
	// git resolves paths against --git-dir, the user gave the folder relative to where he stands.
	absolute, err := filepath.Abs(folder)
	if err != nil {
		return nil, err
	}
	command := exec.CommandContext(ctx, "git", "-C", repository, "--no-pager", "diff",
		"--name-only", "-z", "--diff-filter=A", base, "HEAD", "--", absolute)
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	if err := command.Run(); err != nil {
		if errors.Is(err, exec.ErrNotFound) {
			return nil, errors.New("--git-base needs git, which is not on PATH")
		}
		reason, _, _ := strings.Cut(strings.TrimSpace(stderr.String()), "\n")
		if reason == "" {
			reason = err.Error()
		}
		return nil, fmt.Errorf("git diff against %q: %s", base, reason)
	}
	added := make(map[string]bool)
	for _, name := range strings.Split(stdout.String(), "\x00") {
		if name != "" {
			added[path.Base(name)] = true
		}
	}
	return added, nil
}
