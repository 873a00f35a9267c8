package report

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"strings"
	"text/template"
)

// functions are what every template can use.
var functions = template.FuncMap{
	"json":         toJSON,
	"json_merge":   mergeJSON,
	"add":          func(a, b int) int { return a + b },
	"sub":          func(a, b int) int { return a - b },
	"upper":        strings.ToUpper,
	"lower":        strings.ToLower,
	"join":         strings.Join,
	"repeat":       strings.Repeat,
	"indent_ln":    indentLines,
	"maxWidth":     Wrap,
	"cyan":         Cyan,
	"yellow":       Yellow,
	"green":        Green,
	"red":          Red,
	"redBgWhiteFg": Alarm,
	"underline":    Underline,
	"gray":         Gray,
	"colorize":     colorize,
}

// Format writes a value through a template of the user's; extra functions go over the common ones.
func Format(w io.Writer, text string, value any, extra template.FuncMap) error {
	all := maps.Clone(functions)
	maps.Copy(all, extra)
	t, err := template.New("format").Funcs(all).Parse(text)
	if err != nil {
		return fmt.Errorf("parse format: %w", err)
	}
	if err := t.Execute(w, value); err != nil {
		return fmt.Errorf("execute log template: %w", err)
	}
	return nil
}

// Check tells a broken template before any work is done.
func Check(text string, extra template.FuncMap) error {
	all := maps.Clone(functions)
	maps.Copy(all, extra)
	if _, err := template.New("format").Funcs(all).Parse(text); err != nil {
		return fmt.Errorf("parse format: %w", err)
	}
	return nil
}

// toJSON takes an indent, or a prefix and an indent, as json.MarshalIndent does.
func toJSON(v any, layout ...string) (string, error) {
	var (
		text []byte
		err  error
	)
	switch len(layout) {
	case 0:
		text, err = json.Marshal(v)
	case 1:
		text, err = json.MarshalIndent(v, "", layout[0])
	default:
		text, err = json.MarshalIndent(v, layout[0], layout[1])
	}
	return string(text), err
}

func mergeJSON(objects ...string) (string, error) {
	merged := make(map[string]any)
	for _, object := range objects {
		if err := json.Unmarshal([]byte(object), &merged); err != nil {
			return "", fmt.Errorf("json_merge: %w", err)
		}
	}
	text, err := json.Marshal(merged)
	return string(text), err
}

func indentLines(text string, width int) string {
	return strings.ReplaceAll(text, "\n", "\n"+strings.Repeat(" ", width))
}

func colorize(color, text string) string {
	switch color {
	case "cyan":
		return Cyan("%s", text)
	case "green":
		return Green("%s", text)
	case "red":
		return Red("%s", text)
	case "yellow":
		return Yellow("%s", text)
	default:
		return text
	}
}

// Wrap breaks a text into lines, at blanks only, of words that together have at most width characters. Blanks do not
// count, so that lines break where they do in the reference.
func Wrap(text string, width int) []string {
	var (
		lines []string
		line  []string
		used  int
	)
	for _, word := range strings.Fields(text) {
		if used+len(word) > width && len(line) > 0 {
			lines = append(lines, strings.Join(line, " "))
			line, used = nil, 0
		}
		line = append(line, word)
		used += len(word)
	}
	return append(lines, strings.Join(line, " "))
}

func plural(n int, noun string) string {
	if n == 1 {
		return fmt.Sprintf("%d %s", n, noun)
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
