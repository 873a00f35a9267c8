package dir

import (
	"errors"
	"fmt"
	"io"

	"ariga.io/atlas/sql/migrate"
)

// Validate compares a directory with its atlas.sum and explains a difference on out.
func Validate(d migrate.Dir, out io.Writer) error {
	err := migrate.Validate(d)
	if err == nil {
		return nil
	}
	fmt.Fprintln(out, "You have a checksum error in your migration directory.")
	var mismatch *migrate.ChecksumError
	if errors.As(err, &mismatch) {
		fmt.Fprintf(out, "\n\tL%d: %s was %s\n\n", mismatch.Line, mismatch.File, mismatch.Reason)
	}
	fmt.Fprint(out, "A migration that ran somewhere must stay as it was. If this change is meant, run 'atlas migrate hash' to accept it.\n\n")
	return err
}
