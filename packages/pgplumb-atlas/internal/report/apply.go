package report

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"ariga.io/atlas/sql/migrate"
)

type (
	// Apply is what `migrate apply` did. It listens to the engine while migrations run.
	Apply struct {
		Env
		Pending Files          `json:"Pending,omitempty"`
		Applied []*AppliedFile `json:"Applied,omitempty"`
		Current string         `json:"Current,omitempty"`
		Target  string         `json:"Target,omitempty"`
		Start   time.Time
		End     time.Time
		Error   string `json:"Error,omitempty"`
	}

	// AppliedFile is one file that was run, or tried.
	AppliedFile struct {
		migrate.File
		Start   time.Time
		End     time.Time
		Skipped int
		Applied []string
		Error   *StmtError
	}
)

// NewApply starts a report.
func NewApply(env Env) *Apply {
	return &Apply{Env: env, Start: time.Now()}
}

// Log implements migrate.Logger.
func (a *Apply) Log(entry migrate.LogEntry) {
	now := time.Now()
	switch e := entry.(type) {
	case migrate.LogExecution:
		a.Current, a.Target, a.Pending = e.From, e.To, e.Files
	case migrate.LogFile:
		if f := a.last(); f != nil {
			f.End = now
		}
		a.Applied = append(a.Applied, &AppliedFile{File: File{e.File}, Start: now, Skipped: e.Skip})
	case migrate.LogStmt:
		if f := a.last(); f != nil {
			f.Applied = append(f.Applied, e.SQL)
		}
	case migrate.LogError:
		a.End = now
		f := a.last()
		if f == nil {
			a.Error = e.Error.Error()
			return
		}
		f.End = now
		f.Error = &StmtError{Stmt: e.SQL, Text: e.Error.Error()}
	case migrate.LogDone:
		if f := a.last(); f != nil {
			f.End = now
		}
		a.End = now
	}
}

func (a *Apply) last() *AppliedFile {
	if len(a.Applied) == 0 {
		return nil
	}
	return a.Applied[len(a.Applied)-1]
}

// Header says where the migrations lead.
func (a *Apply) Header() string {
	if len(a.Pending) == 0 {
		return "No migration files to execute"
	}
	from := ""
	if a.Current != "" {
		from = " from " + Cyan("%s", a.Current)
	}
	return fmt.Sprintf("Migrating to version %s%s (%d migrations in total):", Cyan("%s", a.Target), from, len(a.Pending))
}

// Summary counts time, files and statements, one a line, later lines indented.
func (a *Apply) Summary(indent string) string {
	var filesOK, filesBad, stmtsOK, stmtsBad int
	for _, f := range a.Applied {
		stmtsOK += len(f.Applied)
		if f.Error == nil {
			filesOK++
			continue
		}
		filesBad++
		if f.Error.Stmt != "" && len(f.Applied) > 0 {
			stmtsOK--
			stmtsBad++
		}
	}
	lines := []string{a.End.Sub(a.Start).String()}
	lines = append(lines, tally(filesOK, filesBad, "migration")...)
	lines = append(lines, tally(stmtsOK, stmtsBad, "sql statement")...)
	for i := range lines {
		lines[i] = Yellow("--") + " " + lines[i]
	}
	return strings.Join(lines, "\n"+indent)
}

func tally(ok, bad int, noun string) []string {
	switch {
	case ok > 0 && bad > 0:
		return []string{fmt.Sprintf("%s ok, %d with errors", plural(ok, noun), bad)}
	case ok > 0:
		return []string{plural(ok, noun)}
	case bad > 0:
		return []string{plural(bad, noun) + " with errors"}
	default:
		return nil
	}
}

// Text writes the report for people.
func (a *Apply) Text(w io.Writer) {
	fmt.Fprintln(w, a.Header())
	if len(a.Pending) == 0 {
		return
	}
	for _, f := range a.Applied {
		fmt.Fprintf(w, "\n  %s migrating version %s\n", Yellow("--"), Cyan("%s", f.Version()))
		for _, statement := range f.Applied {
			fmt.Fprintf(w, "    %s %s\n", Cyan("->"), indentLines(statement, 7))
		}
		if f.Error != nil {
			fmt.Fprintf(w, "    %s\n", Alarm(f.Error.Text))
		} else {
			fmt.Fprintf(w, "  %s ok (%s)\n", Yellow("--"), Yellow("%s", f.End.Sub(f.Start)))
		}
	}
	if len(a.Applied) == 0 && a.Error != "" {
		fmt.Fprintf(w, "\n    %s\n", Alarm(a.Error))
	}
	fmt.Fprintf(w, "\n  %s\n  %s\n", Cyan("-------------------------"), a.Summary("  "))
}

// MarshalJSON adds a message that says in words what happened.
func (a *Apply) MarshalJSON() ([]byte, error) {
	type plain Apply
	out := struct {
		*plain
		Message string `json:"Message,omitempty"`
	}{plain: (*plain)(a)}
	switch {
	case a.Error != "":
	case len(a.Applied) == 0:
		out.Message = "No migration files to execute"
	default:
		out.Message = fmt.Sprintf("Migrated to version %s from %s (%d migrations in total)", a.Target, a.Current, len(a.Pending))
	}
	return json.Marshal(out)
}

// MarshalJSON gives a file's facts instead of its content.
func (f *AppliedFile) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Name        string     `json:"Name,omitempty"`
		Version     string     `json:"Version,omitempty"`
		Description string     `json:"Description,omitempty"`
		Start       time.Time  `json:"Start"`
		End         time.Time  `json:"End"`
		Skipped     int        `json:"Skipped,omitempty"`
		Applied     []string   `json:"Applied,omitempty"`
		Error       *StmtError `json:"Error,omitempty"`
	}{f.Name(), f.Version(), f.Desc(), f.Start, f.End, f.Skipped, f.Applied, f.Error})
}
