create subscription s connection 'dbname=x' publication a with (connect = false, password_required = false);
create subscription t connection 'dbname=x' publication a with (connect = false, origin = none);
