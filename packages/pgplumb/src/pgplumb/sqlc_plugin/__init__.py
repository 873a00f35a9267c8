"""The process plugin that `sqlc generate` runs: a request on stdin, files on stdout."""
