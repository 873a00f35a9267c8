package pg

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"regexp"
	"strings"
	"syscall"

	"github.com/lib/pq"
)

// The SQLSTATEs this command treats specially.
const (
	UndefinedObject        = "42704"
	UndefinedFunction      = "42883"
	UnsafeNewEnumValue     = "55P04"
	DependentObjects       = "2BP01"
	FeatureNotSupported    = "0A000"
	ActiveTransaction      = "25001"
	InsufficientPrivilege  = "42501"
	InvalidCatalogName     = "3D000"
	ObjectInUse            = "55006"
	invalidPassword        = "28P01"
	invalidAuthorization   = "28000"
	tooManyConnections     = "53300"
	cannotConnectNow       = "57P03"
	classConnection        = "08"
	classOperatorIntervene = "57P"
)

// Code is the SQLSTATE of an error PostgreSQL reported, or "".
func Code(err error) string {
	if e := (*pq.Error)(nil); errors.As(err, &e) {
		return string(e.Code)
	}
	return ""
}

// Message is what PostgreSQL said, without the driver's prefix, or the error's own text.
func Message(err error) string {
	if e := (*pq.Error)(nil); errors.As(err, &e) {
		return e.Message
	}
	return err.Error()
}

// Unreachable reports that the server is gone, or never answered: nothing the user's SQL could cause.
func Unreachable(err error) bool {
	if e := (*UnreachableError)(nil); errors.As(err, &e) {
		return true
	}
	if code := Code(err); strings.HasPrefix(code, classConnection) || strings.HasPrefix(code, classOperatorIntervene) {
		return true
	}
	var op *net.OpError
	return errors.As(err, &op) || errors.Is(err, driver.ErrBadConn) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF)
}

// UnreachableError says that a server does not answer and what to do about it.
type UnreachableError struct {
	Address string
	Reason  string
	Local   bool
	Cause   error
}

// Error names the server, the reason and, for a local server, the command that starts it.
func (e *UnreachableError) Error() string {
	text := fmt.Sprintf("PostgreSQL at %s does not answer: %s.", e.Address, e.Reason)
	if e.Local {
		return text + " Start it with: uv run plumb up"
	}
	return text + " Is the URL right and the server running?"
}

// Unwrap gives the error below.
func (e *UnreachableError) Unwrap() error { return e.Cause }

func explainConnect(u *url.URL, err error) error {
	if errors.Is(err, context.Canceled) {
		return err
	}
	address := Address(u)
	switch Code(err) {
	case invalidPassword, invalidAuthorization:
		return fmt.Errorf("PostgreSQL at %s refused the login: %s", address, Message(err))
	case InvalidCatalogName:
		return &MissingDatabaseError{Address: address, Name: Database(u), Cause: err}
	case tooManyConnections, cannotConnectNow:
		return &UnreachableError{Address: address, Reason: Message(err), Cause: err}
	}
	if errors.Is(err, pq.ErrSSLNotSupported) {
		return fmt.Errorf("PostgreSQL at %s has no TLS: add sslmode=disable to the URL's parameters", address)
	}
	if Unreachable(err) || isTimeout(err) || isNameError(err) {
		return &UnreachableError{Address: address, Reason: reason(err), Local: isLocal(u), Cause: err}
	}
	return fmt.Errorf("connecting to PostgreSQL at %s: %w", address, err)
}

// MissingDatabaseError says that the server is there but the database isn't.
type MissingDatabaseError struct {
	Address, Name string
	Cause         error
}

// Error names the database and the server.
func (e *MissingDatabaseError) Error() string {
	return fmt.Sprintf("there is no database %q on PostgreSQL at %s", e.Name, e.Address)
}

// Unwrap gives the error below.
func (e *MissingDatabaseError) Unwrap() error { return e.Cause }

func reason(err error) string {
	var dns *net.DNSError
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return "connection refused"
	case errors.As(err, &dns):
		return "no such host"
	case isTimeout(err):
		return "timed out"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, driver.ErrBadConn):
		return "the connection was closed"
	case errors.Is(err, syscall.ECONNRESET):
		return "connection reset"
	default:
		return strings.TrimSuffix(Message(err), ".")
	}
}

func isTimeout(err error) bool {
	var timeout net.Error
	return errors.As(err, &timeout) && timeout.Timeout() || errors.Is(err, os.ErrDeadlineExceeded)
}

func isNameError(err error) bool {
	var dns *net.DNSError
	return errors.As(err, &dns)
}

func isLocal(u *url.URL) bool {
	host := u.Hostname()
	ip := net.ParseIP(host)
	return host == "" || host == "localhost" || ip != nil && ip.IsLoopback()
}

var (
	urlPassword   = regexp.MustCompile(`(://[^\s:/@"']*):[^\s@"']+@`)
	queryPassword = regexp.MustCompile(`(?i)\b((?:ssl)?password)=[^\s&"']+`)
)

// Redact hides the passwords of any URL or connection string within a text.
func Redact(text string) string {
	text = urlPassword.ReplaceAllString(text, "$1:xxxxx@")
	return queryPassword.ReplaceAllString(text, "$1=xxxxx")
}
