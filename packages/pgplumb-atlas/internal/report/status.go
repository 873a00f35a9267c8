package report

import (
	"fmt"
	"io"
	"strings"
	"text/template"

	"ariga.io/atlas/sql/migrate"
)

// Status is what `migrate status` found.
type Status struct {
	Env        `json:"Env"`
	Available  Files               `json:"Available,omitempty"`
	OutOfOrder Files               `json:"OutOfOrder,omitempty"`
	Pending    Files               `json:"Pending,omitempty"`
	Applied    []*migrate.Revision `json:"Applied,omitempty"`
	Current    string              `json:"Current,omitempty"`
	Next       string              `json:"Next,omitempty"`
	Count      int                 `json:"Count,omitempty"`
	Total      int                 `json:"Total,omitempty"`
	Status     string              `json:"Status,omitempty"`
	Error      string              `json:"Error,omitempty"`
	SQL        string              `json:"SQL,omitempty"`
}

// Left is the number of statements the last, partly applied file still has.
func (s *Status) Left() int { return s.Total - s.Count }

// FromCheckpoint reports whether the first file to run is a checkpoint.
func (s *Status) FromCheckpoint() bool {
	if len(s.Applied) > 0 || len(s.Pending) == 0 || s.Pending[0].Version() != s.Next {
		return false
	}
	checkpoint, ok := s.Pending[0].(migrate.CheckpointFile)
	return ok && checkpoint.IsCheckpoint()
}

// StatusFunctions are what a status template can use beyond the common functions.
var StatusFunctions = template.FuncMap{
	"default": func(s *Status) string {
		var b strings.Builder
		s.Text(&b)
		return b.String()
	},
}

// Text writes the report for people.
func (s *Status) Text(w io.Writer) {
	dash := Yellow("--")
	state := s.Status
	switch state {
	case "OK":
		state = Green("%s", state)
	case "PENDING":
		state = Yellow("%s", state)
	}
	var count, left, partly, order string
	if s.Total > 0 {
		count = fmt.Sprintf(" (%s statements applied)", Yellow("%d", s.Count))
		left = fmt.Sprintf(" (%s statements left)", Yellow("%d", s.Left()))
		partly = " (last one partially)"
	}
	next := "UNKNOWN"
	if s.Next != "" {
		next = Cyan("%s", s.Next)
		if s.FromCheckpoint() {
			next += " (checkpoint)"
		}
	}
	if n := len(s.OutOfOrder); n > 0 && len(s.Pending) > 0 {
		order = fmt.Sprintf(" (%d out of order)", n)
	} else if n > 0 {
		order = " (out of order)"
	}
	fmt.Fprintf(w, "Migration Status: %s\n", state)
	fmt.Fprintf(w, "  %s Current Version: %s%s\n", dash, Cyan("%s", s.Current), count)
	fmt.Fprintf(w, "  %s Next Version:    %s%s\n", dash, next, left)
	fmt.Fprintf(w, "  %s Executed Files:  %d%s\n", dash, len(s.Applied), partly)
	fmt.Fprintf(w, "  %s Pending Files:   %d%s\n", dash, len(s.Pending)+len(s.OutOfOrder), order)
	switch {
	case s.Total > 0:
		fmt.Fprintf(w, "\nLast migration attempt had errors:\n  %s SQL:   %s\n  %s %s %s\n", dash, s.SQL, dash, Red("ERROR:"), s.Error)
	case len(s.OutOfOrder) > 0 && s.Error != "":
		fmt.Fprintf(w, "\n  %s %s\n", Red("ERROR:"), s.Error)
	}
}
