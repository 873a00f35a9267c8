create function total(int, int) returns int language sql immutable as 'select $1 + coalesce($2, 0)';
create function minus(int, int) returns int language sql immutable as 'select $1 - coalesce($2, 0)';
create function twice(int) returns int language sql immutable as 'select $1 * 2';
create function best(numeric, numeric) returns numeric language sql immutable as 'select greatest($1, $2)';
create function text_of(int) returns text language sql immutable as 'select $1::text';
create function glued(text, text) returns text language sql immutable as 'select $1 || $2';
create aggregate sum_up(int) (sfunc = total, stype = int, initcond = '7', finalfunc = text_of,
    combinefunc = total, sspace = 16, finalfunc_modify = shareable,
    msfunc = total, minvfunc = minus, mstype = int, mfinalfunc = text_of, minitcond = '1', msspace = 32,
    mfinalfunc_modify = read_write, parallel = restricted);
create aggregate stays(int) (sfunc = total, stype = int);
create aggregate replaced(v int) (sfunc = total, stype = int, finalfunc = twice, initcond = '12');
create aggregate middle(float8 order by anyelement) (
    sfunc = ordered_set_transition, stype = internal, finalfunc = percentile_disc_final, finalfunc_extra);
create aggregate ranked(variadic "any" order by variadic "any") (
    sfunc = ordered_set_transition_multi, stype = internal, finalfunc = rank_final, finalfunc_extra,
    hypothetical);
create aggregate overloaded(numeric) (sfunc = best, stype = numeric, sortop = >);
create aggregate "Grand Total"(numeric) (sfunc = best, stype = numeric);
create aggregate glue(text) (sfunc = glued, stype = text, initcond = 'O''Neil \ 1');
comment on aggregate overloaded(numeric) is 'the very best';
comment on aggregate ranked(variadic "any" order by variadic "any") is 'as rank()';
alter aggregate "Grand Total"(numeric) owner to plumb_test_writer;
create view totals as select sum_up(g) as sum, stays(g) as stays from generate_series(1, 3) g;
create view more as select "Grand Total"(g) from generate_series(1, 3) g;
