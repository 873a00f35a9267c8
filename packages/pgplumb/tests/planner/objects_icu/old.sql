create collation folded (provider = icu, locale = 'de-u-ks-level2', deterministic = false);
create collation german (provider = icu, locale = 'de');
create table t (a text collate folded primary key, b text collate german);
