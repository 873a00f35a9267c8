// Package revision keeps the table of applied migrations, row for row as community Atlas 1.2.3 does, so that the
// two can take turns on one database.
package revision

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"ariga.io/atlas/sql/migrate"
	"ariga.io/atlas/sql/schema"
	"ariga.io/atlas/sql/sqlclient"
)

const (
	// TableName is the name of the table and of the schema it is in by default.
	TableName = "atlas_schema_revisions"
	// cloudRow is a row the official binary may add to identify the database: not a migration.
	cloudRow = ".atlas_cloud_identifier"
)

// Table reads and writes revisions over one connection or transaction.
type Table struct {
	db     schema.ExecQuerier
	schema string
	exists bool
}

// SchemaFor is the schema of the revision table: the flag's, else the connection's search_path, else Atlas's own.
func SchemaFor(client *sqlclient.Client, flag string) string {
	switch {
	case flag != "":
		return flag
	case client.URL.Schema != "":
		return client.URL.Schema
	default:
		return TableName
	}
}

// New gives the table in a schema; it may not be there yet.
func New(ctx context.Context, db schema.ExecQuerier, schemaName string) (*Table, error) {
	exists, err := Exists(ctx, db, schemaName)
	if err != nil {
		return nil, err
	}
	return &Table{db: db, schema: schemaName, exists: exists}, nil
}

// On is the same table over another connection, such as a transaction.
func (t *Table) On(db schema.ExecQuerier) *Table {
	return &Table{db: db, schema: t.schema, exists: t.exists}
}

// Exists reports whether the table is there.
func (t *Table) Exists() bool { return t.exists }

// Exists reports whether a schema holds a revision table.
func Exists(ctx context.Context, db schema.ExecQuerier, schemaName string) (bool, error) {
	schemas, err := Schemas(ctx, db)
	if err != nil {
		return false, err
	}
	for _, s := range schemas {
		if s == schemaName {
			return true, nil
		}
	}
	return false, nil
}

// Schemas are all schemas of a database that hold a revision table.
func Schemas(ctx context.Context, db schema.ExecQuerier) ([]string, error) {
	rows, err := db.QueryContext(ctx, `SELECT n.nspname
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relname = $1 AND c.relkind IN ('r', 'p')
ORDER BY 1`, TableName)
	if err != nil {
		return nil, fmt.Errorf("looking for the revision table: %w", err)
	}
	defer rows.Close()
	var names []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, rows.Err()
}

// Create makes the schema and the table where they are missing.
func (t *Table) Create(ctx context.Context) error {
	if t.exists {
		return nil
	}
	var found bool
	rows, err := t.db.QueryContext(ctx, "SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = $1", t.schema)
	if err != nil {
		return err
	}
	found = rows.Next()
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return err
	}
	// CREATE SCHEMA IF NOT EXISTS needs a right on the database even where the schema is there already.
	if !found {
		if _, err := t.db.ExecContext(ctx, "CREATE SCHEMA IF NOT EXISTS "+quote(t.schema)); err != nil {
			return fmt.Errorf("creating the schema of the revision table: %w", err)
		}
	}
	if _, err := t.db.ExecContext(ctx, "CREATE TABLE IF NOT EXISTS "+t.name()+` (
  version character varying NOT NULL,
  description character varying NOT NULL,
  type bigint NOT NULL DEFAULT 2,
  applied bigint NOT NULL DEFAULT 0,
  total bigint NOT NULL DEFAULT 0,
  executed_at timestamp with time zone NOT NULL,
  execution_time bigint NOT NULL,
  error text NULL,
  error_stmt text NULL,
  hash character varying NOT NULL,
  partial_hashes jsonb NULL,
  operator_version character varying NOT NULL,
  PRIMARY KEY (version)
)`); err != nil {
		return fmt.Errorf("creating the revision table: %w", err)
	}
	t.exists = true
	return nil
}

// Ident names the table to the engine, which must not mistake it for the user's.
func (t *Table) Ident() *migrate.TableIdent {
	return &migrate.TableIdent{Name: TableName, Schema: t.schema}
}

const columns = `version, description, type, applied, total, executed_at, execution_time,
  coalesce(error, ''), coalesce(error_stmt, ''), hash, partial_hashes, operator_version`

// ReadRevisions gives all revisions, oldest version first.
func (t *Table) ReadRevisions(ctx context.Context) ([]*migrate.Revision, error) {
	if !t.exists {
		return nil, nil
	}
	// The order is the engine's, by bytes, whatever the database's collation.
	return t.read(ctx, `SELECT `+columns+` FROM `+t.name()+` WHERE version <> $1 ORDER BY version COLLATE "C"`, cloudRow)
}

// ReadRevision gives one revision or migrate.ErrRevisionNotExist.
func (t *Table) ReadRevision(ctx context.Context, version string) (*migrate.Revision, error) {
	if !t.exists || version == cloudRow {
		return nil, migrate.ErrRevisionNotExist
	}
	found, err := t.read(ctx, "SELECT "+columns+" FROM "+t.name()+" WHERE version = $1", version)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, migrate.ErrRevisionNotExist
	}
	return found[0], nil
}

// Current gives the newest revision or migrate.ErrRevisionNotExist.
func (t *Table) Current(ctx context.Context) (*migrate.Revision, error) {
	all, err := t.ReadRevisions(ctx)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, migrate.ErrRevisionNotExist
	}
	return all[len(all)-1], nil
}

// WriteRevision inserts a revision or updates it; like the reference it keeps the first description and start time.
// It is not cancelled with the command: an interrupted migration must still say how far it came.
func (t *Table) WriteRevision(ctx context.Context, r *migrate.Revision) error {
	// Nothing to store is JSON null and empty text here, never SQL NULL: the reference reads them back so.
	hashes, err := json.Marshal(r.PartialHashes)
	if err != nil {
		return err
	}
	_, err = t.db.ExecContext(context.WithoutCancel(ctx), `INSERT INTO `+t.name()+` (
  version, description, type, applied, total, executed_at, execution_time,
  error, error_stmt, hash, partial_hashes, operator_version
) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
ON CONFLICT (version) DO UPDATE SET
  type = excluded.type,
  applied = excluded.applied,
  total = excluded.total,
  execution_time = excluded.execution_time,
  error = excluded.error,
  error_stmt = excluded.error_stmt,
  hash = excluded.hash,
  partial_hashes = excluded.partial_hashes,
  operator_version = excluded.operator_version`,
		r.Version, r.Description, int64(r.Type), r.Applied, r.Total, r.ExecutedAt, int64(r.ExecutionTime),
		r.Error, r.ErrorStmt, r.Hash, string(hashes), r.OperatorVersion)
	return err
}

// DeleteRevision removes a revision.
func (t *Table) DeleteRevision(ctx context.Context, version string) error {
	_, err := t.db.ExecContext(ctx, "DELETE FROM "+t.name()+" WHERE version = $1 AND version <> $2", version, cloudRow)
	return err
}

func (t *Table) read(ctx context.Context, query string, args ...any) ([]*migrate.Revision, error) {
	rows, err := t.db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var found []*migrate.Revision
	for rows.Next() {
		r, err := scan(rows)
		if err != nil {
			return nil, err
		}
		found = append(found, r)
	}
	return found, rows.Err()
}

func scan(rows *sql.Rows) (*migrate.Revision, error) {
	var (
		r      migrate.Revision
		kind   int64
		took   int64
		hashes []byte
	)
	if err := rows.Scan(&r.Version, &r.Description, &kind, &r.Applied, &r.Total, &r.ExecutedAt, &took,
		&r.Error, &r.ErrorStmt, &r.Hash, &hashes, &r.OperatorVersion); err != nil {
		return nil, fmt.Errorf("reading the revision table: %w", err)
	}
	if len(hashes) > 0 {
		if err := json.Unmarshal(hashes, &r.PartialHashes); err != nil {
			return nil, fmt.Errorf("revision %s: partial_hashes: %w", r.Version, err)
		}
	}
	r.Type, r.ExecutionTime = migrate.RevisionType(kind), time.Duration(took)
	r.ExecutedAt = r.ExecutedAt.UTC()
	return &r, nil
}

func (t *Table) name() string { return quote(t.schema) + "." + quote(TableName) }

func quote(name string) string {
	return `"` + strings.ReplaceAll(name, `"`, `""`) + `"`
}
