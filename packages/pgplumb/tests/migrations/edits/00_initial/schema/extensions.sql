-- Extensions come first: types and constraints below are built on them.
create extension if not exists btree_gist;
create extension if not exists citext;
create extension if not exists pg_trgm;
