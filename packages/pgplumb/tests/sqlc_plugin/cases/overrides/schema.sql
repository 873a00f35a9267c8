create domain isbn as text;
create table book (
    id bigint primary key,
    isbn isbn,
    price numeric not null,
    metadata jsonb not null,
    extra jsonb,
    revisions jsonb[] not null,
    editions bigint[] not null
);
