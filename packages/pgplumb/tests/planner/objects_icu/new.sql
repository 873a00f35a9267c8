create collation folded (provider = icu, locale = 'und-u-ks-level1', deterministic = false);
create collation phonebook (provider = icu, locale = 'de-u-co-phonebk');
create table t (a text collate folded primary key, b text collate phonebook);
