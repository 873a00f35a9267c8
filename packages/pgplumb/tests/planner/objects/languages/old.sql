create function handle() returns language_handler language c as '$libdir/plpgsql', 'plpgsql_call_handler';
create function run_inline(internal) returns void language c strict
    as '$libdir/plpgsql', 'plpgsql_inline_handler';
create function check_it(oid) returns void language c strict as '$libdir/plpgsql', 'plpgsql_validator';
create trusted language mine handler handle inline run_inline validator check_it;
create language bare handler handle;
create function in_mine() returns int language mine as $$begin return 1; end$$;
comment on language mine is 'plpgsql by another name';
grant usage on language mine to plumb_test_reader;
create type money_pair as (a int, b int);
create function to_internal(internal) returns internal language internal immutable as 'int4in';
create function from_internal(internal) returns money_pair language internal immutable as 'int4in';
create transform for money_pair language mine (
    from sql with function to_internal(internal), to sql with function from_internal(internal));
create transform for int language mine (from sql with function to_internal(internal));
comment on transform for int language mine is 'one way';
create function uses(int) returns int transform for type int language mine as $$begin return 1; end$$;
