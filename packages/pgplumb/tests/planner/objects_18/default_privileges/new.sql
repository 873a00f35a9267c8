alter default privileges for role plumb_test_writer grant select, update on large objects to plumb_test_reader;
