create subscription plain connection 'host=elsewhere.invalid dbname=x port=6543' publication a, b
    with (connect = false);
create subscription named connection 'host=nowhere.invalid dbname=x user=''two words''' publication "B c"
    with (connect = false, slot_name = another, streaming = off);
create subscription slotless connection 'dbname=x' publication a with (connect = false);
create subscription phased connection 'dbname=x' publication a with (connect = false);
create subscription "Fresh" connection 'dbname=x' publication a
    with (connect = false, disable_on_error = true);
comment on subscription "Fresh" is 'new';
