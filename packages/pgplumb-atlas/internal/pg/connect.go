// Package pg connects to PostgreSQL through the Atlas engine and turns what goes wrong into one clear line.
package pg

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"os"
	"strings"

	_ "ariga.io/atlas/sql/postgres" // registers the engine's PostgreSQL driver
	"ariga.io/atlas/sql/sqlclient"
	_ "github.com/lib/pq" // registers the database/sql driver the engine opens
)

// connectTimeout bounds the wait for a server that never answers; the URL's own value wins.
const connectTimeout = "15"

// ParseURL reads a database URL and refuses what this command can't connect to. No error it gives repeats the
// URL, which may hold a password.
func ParseURL(raw string) (*url.URL, error) {
	u, err := sqlclient.ParseURL(raw)
	if err != nil {
		return nil, fmt.Errorf("the database URL can't be read: %w", err)
	}
	switch {
	case u.Scheme == "postgres" || u.Scheme == "postgresql":
		return u, nil
	case u.Scheme == "docker" || strings.HasPrefix(u.Scheme, "docker+"):
		return nil, fmt.Errorf(
			"docker:// URLs need the official Atlas binary: set PLUMB_ATLAS to its path. Or give the URL of a " +
				"running PostgreSQL instead, such as postgres://user@127.0.0.1:5432/dev?sslmode=disable: " +
				"a throw-away database is created on that server for each command")
	case u.Scheme == "":
		return nil, fmt.Errorf("the database URL has no scheme: write postgres://user@host:port/database?sslmode=disable")
	default:
		return nil, fmt.Errorf("%s:// is not supported: this command is for PostgreSQL only (postgres://). "+
			"For other databases set PLUMB_ATLAS to the path of an official Atlas binary", u.Scheme)
	}
}

// Open connects to the database of a URL. The client keeps the URL as it was given.
func Open(ctx context.Context, raw string) (*sqlclient.Client, error) {
	u, err := ParseURL(raw)
	if err != nil {
		return nil, err
	}
	return OpenURL(ctx, u)
}

// OpenURL is Open for a URL that is parsed already.
func OpenURL(ctx context.Context, u *url.URL) (*sqlclient.Client, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	dial := *u
	query := dial.Query()
	if !query.Has("connect_timeout") {
		query.Set("connect_timeout", connectTimeout)
	}
	// As libpq and the reference do; the driver alone would insist on TLS.
	if !query.Has("sslmode") && !query.Has("sslrootcert") && os.Getenv("PGSSLMODE") == "" {
		query.Set("sslmode", "prefer")
	}
	dial.RawQuery = query.Encode()
	client, err := sqlclient.OpenURL(ctx, &dial)
	if err != nil {
		return nil, explainConnect(u, err)
	}
	client.URL.URL = u
	return client, nil
}

// Address is where a URL points to, for messages: host and port, never a user or password.
func Address(u *url.URL) string {
	host, port := u.Hostname(), u.Port()
	if host == "" {
		host = u.Query().Get("host")
	}
	if host == "" {
		host = "localhost"
	}
	if port == "" {
		port = u.Query().Get("port")
	}
	if port == "" {
		port = "5432"
	}
	return net.JoinHostPort(host, port)
}

// Database is the name of the database a URL points to.
func Database(u *url.URL) string {
	return strings.TrimPrefix(u.Path, "/")
}

// WithDatabase is the same URL, parameters and all, for another database.
func WithDatabase(u *url.URL, name string) *url.URL {
	other := *u
	other.Path, other.RawPath = "/"+name, ""
	return &other
}
