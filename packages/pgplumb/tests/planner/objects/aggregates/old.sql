create function total(int, int) returns int language sql immutable as 'select $1 + coalesce($2, 0)';
create function twice(int) returns int language sql immutable as 'select $1 * 2';
create function best(numeric, numeric) returns numeric language sql immutable as 'select greatest($1, $2)';
create aggregate sum_up(int) (sfunc = total, stype = int, initcond = '0');
create aggregate stays(int) (sfunc = total, stype = int);
create aggregate replaced(v int) (sfunc = total, stype = int);
create aggregate rows_seen(*) (sfunc = int8inc, stype = int8, initcond = '0', parallel = safe);
create aggregate middle(float8 order by anyelement) (
    sfunc = ordered_set_transition, stype = internal, finalfunc = percentile_disc_final, finalfunc_extra);
create aggregate overloaded(int) (sfunc = total, stype = int);
create aggregate overloaded(numeric) (sfunc = best, stype = numeric);
comment on aggregate overloaded(numeric) is 'the best';
comment on aggregate rows_seen(*) is 'as count(*)';
create view totals as select sum_up(g) as sum, stays(g) as stays from generate_series(1, 3) g;
grant execute on function overloaded(int) to plumb_test_reader;
revoke execute on function rows_seen() from public;
