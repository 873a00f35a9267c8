create subscription plain connection 'host=nowhere.invalid dbname=x' publication a with (connect = false);
create subscription named connection 'host=nowhere.invalid dbname=x user=''two words''' publication a, "B c"
    with (connect = false, slot_name = other, binary = true, synchronous_commit = remote_apply,
          disable_on_error = true);
create subscription slotless connection 'dbname=x' publication a
    with (connect = false, slot_name = none, streaming = on);
create subscription phased connection 'dbname=x' publication a with (connect = false, two_phase = true);
create subscription gone connection 'dbname=x' publication a with (connect = false);
comment on subscription plain is 'from nowhere';
