create collation turned (locale = 'C');
create collation other (provider = builtin, locale = 'C.UTF-8');
create table t (a text collate other);
