create extension if not exists vector;
create table document (
    id bigint generated always as identity primary key,
    embedding vector(3) not null,
    half halfvec(3),
    embeddings vector[] not null
);
