alter default privileges grant select on large objects to plumb_test_reader;
