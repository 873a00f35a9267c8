package cli

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"text/template"

	"ariga.io/atlas/sql/migrate"

	"pgplumb-atlas/internal/dir"
)

// formatterFor reads the --format of diff. `{{ sql . "  " }}` only sets the indent of statements; any other template
// makes up the content of the new file.
func formatterFor(u *url.URL, text string) (migrate.Formatter, string, error) {
	formatter, err := dir.Formatter(u)
	if err != nil || text == "" {
		return formatter, "", err
	}
	const mark = "\x00sql\x00"
	var indent string
	content, err := template.New("format").Funcs(template.FuncMap{
		"sql": func(_ any, indents ...string) string {
			indent = strings.Join(indents, "")
			return mark
		},
		"upper": strings.ToUpper,
	}).Parse(text)
	if err != nil {
		return nil, "", fmt.Errorf("parse format: %w", err)
	}
	var out strings.Builder
	if err := content.Execute(&out, &migrate.Plan{}); err != nil {
		return nil, "", fmt.Errorf("format: %w", err)
	}
	switch rendered := out.String(); {
	case rendered == mark:
		return formatter, indent, nil
	case strings.Contains(rendered, mark):
		return nil, "", errors.New("'sql' can only be used to indent statements, alone as in {{ sql . \"  \" }}")
	}
	files, ok := formatter.(migrate.TemplateFormatter)
	if !ok || len(files) != 1 {
		return nil, "", fmt.Errorf("cannot use --format with the directory format %q", u.Query().Get("format"))
	}
	return migrate.TemplateFormatter{{N: files[0].N, C: content}}, "", nil
}

// editFile lets the user's editor change a file's content before it is written.
func editFile(name string, content []byte) ([]byte, error) {
	folder, err := os.MkdirTemp("", "atlas-edit-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		return nil, err
	}
	words := strings.Fields(os.Getenv("EDITOR"))
	if len(words) == 0 {
		words = []string{"vi"}
	}
	command := exec.Command(words[0], append(words[1:], path)...)
	command.Stdin, command.Stdout, command.Stderr = os.Stdin, os.Stdout, os.Stderr
	if err := command.Run(); err != nil {
		return nil, fmt.Errorf("editor %s: %w", words[0], err)
	}
	return os.ReadFile(path)
}
