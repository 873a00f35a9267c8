"""From two snapshots to the SQL that turns one into the other, proven by running it."""
