// Package report prints what commands found and did: as text for people, and through Go templates, JSON among them,
// with the field and function names of the reference.
package report

import (
	"fmt"
	"os"
	"sync"
)

// colored reports whether to use colours: on a terminal, unless NO_COLOR or TERM=dumb say otherwise.
var colored = sync.OnceValue(func() bool {
	if os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb" {
		return false
	}
	info, err := os.Stdout.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
})

func paint(code, format string, args []any) string {
	text := format
	if len(args) > 0 {
		text = fmt.Sprintf(format, args...)
	}
	if !colored() {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

// Cyan colours a formatted text.
func Cyan(format string, args ...any) string { return paint("36", format, args) }

// Yellow colours a formatted text.
func Yellow(format string, args ...any) string { return paint("33", format, args) }

// Green colours a formatted text.
func Green(format string, args ...any) string { return paint("92", format, args) }

// Red colours a formatted text.
func Red(format string, args ...any) string { return paint("91", format, args) }

// Alarm is white on red, for errors within a report.
func Alarm(args ...any) string { return paint("97;101", "%s", []any{fmt.Sprint(args...)}) }

// Underline underlines and greys a text.
func Underline(args ...any) string { return paint("4;90", "%s", []any{fmt.Sprint(args...)}) }

// Gray greys a text.
func Gray(args ...any) string { return paint("90", "%s", []any{fmt.Sprint(args...)}) }
