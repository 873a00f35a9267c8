package report

import (
	"encoding/json"
	"net/url"

	"ariga.io/atlas/sql/migrate"
	"ariga.io/atlas/sql/sqlclient"
)

type (
	// Env says where a report comes from.
	Env struct {
		Driver string         `json:"Driver,omitempty"`
		URL    *sqlclient.URL `json:"URL,omitempty"`
		Dir    string         `json:"Dir,omitempty"`
	}

	// File is a migration file; in JSON its name, version and description.
	File struct{ migrate.File }

	// Files are migration files.
	Files []migrate.File

	// StmtError is a statement that failed and what the database said.
	StmtError struct {
		Stmt string `json:"Stmt,omitempty"`
		Text string `json:"Text,omitempty"`
	}
)

// NewEnv describes a database and a directory; a password never gets in.
func NewEnv(u *sqlclient.URL, dir string) Env {
	return Env{Driver: "postgres", URL: withoutSecrets(u), Dir: dir}
}

// withoutSecrets hides a password among the URL's parameters; JSON shows no user info of a URL anyway.
func withoutSecrets(u *sqlclient.URL) *sqlclient.URL {
	query := u.Query()
	for _, secret := range []string{"password", "sslpassword"} {
		if query.Has(secret) {
			query.Set(secret, "xxxxx")
		}
	}
	plain := *u.URL
	if plain.RawQuery != "" && query.Encode() != u.Query().Encode() {
		plain.RawQuery = query.Encode()
	}
	if plain.User != nil {
		plain.User = url.User(plain.User.Username())
	}
	return &sqlclient.URL{URL: &plain, Schema: u.Schema}
}

// MarshalJSON gives name, version and description.
func (f File) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Name        string `json:"Name,omitempty"`
		Version     string `json:"Version,omitempty"`
		Description string `json:"Description,omitempty"`
	}{f.Name(), f.Version(), f.Desc()})
}

// MarshalJSON gives the files as File does.
func (f Files) MarshalJSON() ([]byte, error) {
	wrapped := make([]File, len(f))
	for i := range f {
		wrapped[i] = File{f[i]}
	}
	return json.Marshal(wrapped)
}
