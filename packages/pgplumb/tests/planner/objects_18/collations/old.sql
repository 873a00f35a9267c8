create collation built (provider = builtin, locale = 'C.UTF-8');
create collation turned (provider = builtin, locale = 'C');
