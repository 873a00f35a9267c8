create schema other;
create type amount as (cents int);
create function same(amount, amount) returns boolean language sql immutable as 'select $1.cents = $2.cents';
create function differs(amount, amount) returns boolean language sql immutable as 'select $1.cents <> $2.cents';
create function less(amount, amount) returns boolean language sql immutable as 'select $1.cents < $2.cents';
create function more(amount, amount) returns boolean language sql immutable as 'select $1.cents > $2.cents';
create function negative(amount) returns amount language sql immutable as 'select row(-$1.cents)::amount';
create operator === (function = same, leftarg = amount, rightarg = amount, commutator = ===,
    join = eqjoinsel, hashes);
create operator <<< (function = less, leftarg = amount, rightarg = amount, negator = >>>);
create operator >>> (function = more, leftarg = amount, rightarg = amount, negator = <<<);
create operator other.- (function = negative, rightarg = amount);
create operator @@@ (function = same, leftarg = amount, rightarg = amount, commutator = @@@,
    restrict = contsel, join = contjoinsel);
create operator %% (function = int4mul, leftarg = int, rightarg = int);
create operator other.~~> (function = less, leftarg = amount, rightarg = amount,
    commutator = operator(other.<~~));
create operator other.<~~ (function = more, leftarg = amount, rightarg = amount,
    commutator = operator(other.~~>));
comment on operator === (amount, amount) is 'just equal';
alter operator other.- (none, amount) owner to plumb_test_writer;
create view v as select row(1)::amount === row(2)::amount as equal, operator(other.-) row(1)::amount as minus;
create table t (a amount, b int, check (a <<< row(100)::amount));
create index t_b on t ((b %% 7));
create policy p on t using (a @@@ row(1)::amount);
