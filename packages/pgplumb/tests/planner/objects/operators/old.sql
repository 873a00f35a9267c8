create schema other;
create type amount as (cents int);
create function same(amount, amount) returns boolean language sql immutable as 'select $1.cents = $2.cents';
create function differs(amount, amount) returns boolean language sql immutable as 'select $1.cents <> $2.cents';
create function less(amount, amount) returns boolean language sql immutable as 'select $1.cents < $2.cents';
create function more(amount, amount) returns boolean language sql immutable as 'select $1.cents > $2.cents';
create function negative(amount) returns amount language sql immutable as 'select row(-$1.cents)::amount';
create operator === (function = same, leftarg = amount, rightarg = amount, commutator = ===,
    negator = !==, restrict = eqsel, join = eqjoinsel, hashes, merges);
create operator !== (function = differs, leftarg = amount, rightarg = amount, commutator = !==,
    negator = ===, restrict = neqsel, join = neqjoinsel);
create operator <<< (function = less, leftarg = amount, rightarg = amount, commutator = >>>);
create operator >>> (function = more, leftarg = amount, rightarg = amount, commutator = <<<);
create operator other.- (function = negative, rightarg = amount);
create operator @@@ (function = same, leftarg = amount, rightarg = amount);
create operator %% (function = int4mod, leftarg = int, rightarg = int);
comment on operator === (amount, amount) is 'equal';
comment on operator other.- (none, amount) is 'minus';
create view v as select row(1)::amount === row(2)::amount as equal, operator(other.-) row(1)::amount as minus;
create table t (a amount, b int, check (a <<< row(100)::amount));
create index t_b on t ((b %% 7));
create policy p on t using (a === row(1)::amount);
