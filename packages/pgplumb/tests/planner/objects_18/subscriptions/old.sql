create subscription s connection 'dbname=x' publication a with (connect = false, failover = true, origin = none);
create subscription t connection 'dbname=x' publication a
    with (connect = false, run_as_owner = true, streaming = parallel);
