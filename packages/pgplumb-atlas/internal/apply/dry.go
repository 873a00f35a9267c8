package apply

import (
	"context"
	"database/sql"

	"ariga.io/atlas/sql/migrate"
)

// dryDriver executes nothing.
type dryDriver struct{ migrate.Driver }

// ExecContext does nothing.
func (dryDriver) ExecContext(context.Context, string, ...any) (sql.Result, error) {
	return nil, nil // the engine ignores the result
}

// ScanStmts passes the driver's own scanner on, which wrapping it would hide: without it statements would be split
// differently than in the real run.
func (d dryDriver) ScanStmts(input string) ([]*migrate.Stmt, error) {
	if scanner, ok := d.Driver.(migrate.StmtScanner); ok {
		return scanner.ScanStmts(input)
	}
	return migrate.Stmts(input)
}
