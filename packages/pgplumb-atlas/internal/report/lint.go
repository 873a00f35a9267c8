package report

import (
	"fmt"
	"io"
	"strings"
	"time"

	"ariga.io/atlas/sql/sqlcheck"
)

type (
	// Lint is what `migrate lint` found.
	Lint struct {
		URL    string `json:"URL,omitempty"`
		Env    Env
		Schema struct {
			Current string `json:"Current,omitempty"`
			Desired string `json:"Desired,omitempty"`
		}
		Steps []*LintStep `json:"Steps,omitempty"`
		Files []*LintFile `json:"Files,omitempty"`

		Start      time.Time `json:"-"`
		End        time.Time `json:"-"`
		FromV      string    `json:"-"`
		ToV        string    `json:"-"`
		TotalFiles int       `json:"-"`
	}

	// LintStep is one step of the run.
	LintStep struct {
		Name   string    `json:"Name,omitempty"`
		Text   string    `json:"Text,omitempty"`
		Error  string    `json:"Error,omitempty"`
		Result *LintFile `json:"Result,omitempty"`
	}

	// LintFile is what was found in one file.
	LintFile struct {
		Name    string            `json:"Name,omitempty"`
		Text    string            `json:"Text,omitempty"`
		Reports []sqlcheck.Report `json:"Reports,omitempty"`
		Error   string            `json:"Error,omitempty"`

		Start          time.Time `json:"-"`
		End            time.Time `json:"-"`
		*sqlcheck.File `json:"-"`
	}
)

// NewLint starts a report.
func NewLint(env Env) *Lint {
	return &Lint{Env: env, Start: time.Now(), Files: []*LintFile{}}
}

// NewLintFile starts the report of a file.
func NewLintFile(f *sqlcheck.File) *LintFile {
	return &LintFile{Name: f.Name(), Text: string(f.Bytes()), Start: time.Now(), File: f}
}

// Step notes a step that worked.
func (l *Lint) Step(name, text string, result *LintFile) {
	if result != nil {
		result.End = time.Now()
	}
	l.Steps = append(l.Steps, &LintStep{Name: name, Text: text, Result: result})
}

// StepError notes a step that failed.
func (l *Lint) StepError(name, text string, err error) {
	l.Steps = append(l.Steps, &LintStep{Name: name, Text: text, Error: err.Error()})
}

// DiagnosticsCount is the number of diagnostics in all files.
func (l *Lint) DiagnosticsCount() int {
	n := 0
	for _, f := range l.Files {
		for _, r := range f.Reports {
			n += len(r.Diagnostics)
		}
	}
	return n
}

// TotalChanges is the number of schema changes that were looked at.
func (l *Lint) TotalChanges() int {
	n := 0
	for _, f := range l.Files {
		if f.File == nil {
			continue
		}
		for _, c := range f.Changes {
			n += len(c.Changes)
		}
	}
	return n
}

// VersionStatuses counts the versions by how they fared.
func (l *Lint) VersionStatuses() string {
	var ok, warned, failed int
	for _, f := range l.Files {
		switch {
		case f.Error != "":
			failed++
		case len(f.Reports) > 0:
			warned++
		default:
			ok++
		}
	}
	var parts []string
	for _, s := range []struct {
		n    int
		text string
	}{{ok, "ok"}, {warned, "with warnings"}, {failed, "with errors"}} {
		switch {
		case s.n == 0:
		case len(parts) == 0:
			parts = append(parts, plural(s.n, "version")+" "+s.text)
		default:
			parts = append(parts, fmt.Sprintf("%d %s", s.n, s.text))
		}
	}
	return strings.Join(parts, ", ")
}

// NonFileReports are reports that belong to no file; there are none here, templates may ask all the same.
func (l *Lint) NonFileReports() []*LintStep { return nil }

// Line is the line, from 1, an offset of the file is in.
func (f *LintFile) Line(pos int) int {
	if pos > len(f.Text) {
		pos = len(f.Text)
	}
	return strings.Count(f.Text[:pos], "\n") + 1
}

// SuggestedFixes are all fixes of the file that say something.
func (f *LintFile) SuggestedFixes() []sqlcheck.SuggestedFix {
	var fixes []sqlcheck.SuggestedFix
	add := func(all []sqlcheck.SuggestedFix) {
		for _, fix := range all {
			if fix.Message != "" {
				fixes = append(fixes, fix)
			}
		}
	}
	for _, r := range f.Reports {
		add(r.SuggestedFixes)
		for _, d := range r.Diagnostics {
			add(d.SuggestedFixes)
		}
	}
	return fixes
}

// lineWidth is where the text of a diagnostic is broken.
const lineWidth = 85

// Text writes the report for people: nothing when there was nothing to look at.
func (l *Lint) Text(w io.Writer) {
	if len(l.Files) == 0 {
		return
	}
	l.heading(w)
	for i, f := range l.Files {
		// A replay or checksum error ends the run, so it comes last and has no file behind it.
		if f.File == nil && f.Error != "" && i == len(l.Files)-1 {
			fmt.Fprintf(w, "  %s\n\n", Alarm("Error: "+f.Error))
			break
		}
		f.text(w)
	}
	dash := Yellow("--")
	fmt.Fprintln(w, Cyan("  -------------------------"))
	fmt.Fprintf(w, "  %s %s\n", dash, l.End.Sub(l.Start))
	if s := l.VersionStatuses(); s != "" {
		fmt.Fprintf(w, "  %s %s\n", dash, s)
	}
	if n := l.TotalChanges(); n > 0 {
		fmt.Fprintf(w, "  %s %s\n", dash, plural(n, "schema change"))
	}
	if n := l.DiagnosticsCount(); n > 0 {
		fmt.Fprintf(w, "  %s %s\n", dash, plural(n, "diagnostic"))
	}
}

func (l *Lint) heading(w io.Writer) {
	total := len(l.Files)
	if l.TotalFiles > 0 {
		total = l.TotalFiles
	}
	fmt.Fprint(w, "Analyzing changes")
	switch {
	case l.FromV != "" && l.ToV != "":
		fmt.Fprintf(w, " from version %s to %s", Cyan("%s", l.FromV), Cyan("%s", l.ToV))
	case l.ToV != "":
		fmt.Fprintf(w, " until version %s", Cyan("%s", l.ToV))
	}
	fmt.Fprintf(w, " (%s in total):\n\n", plural(total, "migration"))
}

func (f *LintFile) text(w io.Writer) {
	dash := Yellow("--")
	fmt.Fprintf(w, "  %s analyzing version %s\n", dash, Cyan("%s", f.Version()))
	if f.Error != "" && len(f.Reports) == 0 {
		fmt.Fprintf(w, "    Error: %s\n", f.Error)
		return
	}
	for _, r := range f.Reports {
		heading := r.Text
		if heading == "" {
			heading = "Unnamed diagnostics detected"
		}
		fmt.Fprintf(w, "    %s %s:\n", dash, heading)
		for _, d := range r.Diagnostics {
			link := ""
			if d.Code != "" {
				link = " " + Underline("https://atlasgo.io/lint/analyzers#"+d.Code)
			}
			item(w, fmt.Sprintf("      %s L%d: ", Cyan("--"), f.Line(d.Pos)), d.Text+link)
		}
	}
	if len(f.Reports) == 0 {
		fmt.Fprintf(w, "    %s no diagnostics found\n", Cyan("--"))
	}
	if fixes := f.SuggestedFixes(); len(fixes) > 0 {
		noun := "suggested fixes"
		if len(fixes) == 1 {
			noun = "suggested fix"
		}
		fmt.Fprintf(w, "    %s %s:\n", dash, noun)
		for _, fix := range fixes {
			item(w, fmt.Sprintf("      %s ", Cyan("->")), fix.Message)
		}
	}
	fmt.Fprintf(w, "  %s ok (%s)\n\n", dash, Yellow("%s", f.End.Sub(f.Start)))
}

// item writes a text behind a prefix, its further lines indented below.
func item(w io.Writer, prefix, text string) {
	for i, line := range Wrap(text, lineWidth-len(prefix)) {
		if i == 0 {
			fmt.Fprint(w, prefix)
		} else {
			fmt.Fprint(w, "         ")
		}
		fmt.Fprintln(w, line)
	}
}
