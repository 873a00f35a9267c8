package state

import (
	"bytes"
	"os"
	"strings"

	"pgplumb-atlas/internal/config"
)

const (
	// importDirective includes other files, by paths relative to the file it is in.
	importDirective = "-- atlas:import "
	// delimiterDirective, at the start of a file, says what ends its statements instead of a semicolon.
	delimiterDirective = "-- atlas:delimiter "
)

// SQLFiles are the schema files that two or more URLs stand for, in order. It gives none for anything else: a single
// file or folder, HCL files, a migration directory, a database.
func SQLFiles(urls []string, env *config.Env) ([]string, error) {
	parsed, err := Desired{URLs: urls, Env: env}.resolve()
	if err != nil || len(parsed) < 2 || parsed[0].Scheme != "file" {
		return nil, err
	}
	if kind, err := kindOf(parsed); err != nil || kind != sqlFiles {
		return nil, err
	}
	return filesOf(parsed)
}

// Concatenate makes one script of several. It gives false where that would not be the same: a directive for one file
// would hold for the others, or be looked up from another folder.
func Concatenate(files []string) (script []byte, same bool, err error) {
	var all bytes.Buffer
	for _, name := range files {
		content, err := os.ReadFile(name)
		if err != nil {
			return nil, false, err
		}
		text := string(content)
		if strings.HasPrefix(text, delimiterDirective) || strings.Contains(text, importDirective) {
			return nil, false, nil
		}
		all.WriteString(text)
		if !strings.HasSuffix(text, "\n") {
			all.WriteByte('\n')
		}
		// The end of a file ends a statement as well. Where there was none, PostgreSQL takes an empty one.
		if trimmed := strings.TrimSpace(text); trimmed != "" && !strings.HasSuffix(trimmed, ";") {
			all.WriteString(";\n")
		}
	}
	return all.Bytes(), true, nil
}
