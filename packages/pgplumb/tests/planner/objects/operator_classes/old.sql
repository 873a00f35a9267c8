create schema other;
create operator family numbers using btree;
create operator class int_backwards for type int using btree family numbers as
    operator 1 >, operator 2 >=, operator 3 =, operator 4 <=, operator 5 <, function 1 btint4cmp(int, int);
create operator class big_backwards for type bigint using btree family numbers as
    operator 1 >, operator 2 >=, operator 3 =, operator 4 <=, operator 5 <, function 1 btint8cmp(bigint, bigint);
alter operator family numbers using btree add
    operator 1 > (int, bigint), operator 2 >= (int, bigint), operator 3 = (int, bigint),
    function 1 (int, bigint) btint48cmp(int, bigint);
create operator class other."Mine" for type int using hash as operator 1 =, function 1 hashint4(int);
create operator family empty using gin;
create operator family gone using gist;
comment on operator class int_backwards using btree is 'from the largest';
comment on operator family numbers using btree is 'backwards';
create table t (a int, b bigint, c int, exclude using btree (b big_backwards with =));
create index t_a on t (a int_backwards);
create index t_c on t using hash (c other."Mine");
create operator class parts for type int[] using gin as
    operator 1 && (anyarray, anyarray), function 1 btint4cmp(int, int),
    function 2 ginarrayextract(anyarray, internal, internal),
    function 3 ginqueryarrayextract(anyarray, internal, smallint, internal, internal, internal, internal),
    function 4 ginarrayconsistent(internal, smallint, anyarray, int, internal, internal, internal, internal),
    storage int;
create operator class points for type point using gist as
    operator 1 <<, operator 15 <-> (point, point) for order by float_ops,
    function 1 gist_point_consistent(internal, point, smallint, oid, internal),
    function 2 gist_box_union(internal, internal), function 3 gist_point_compress(internal),
    function 5 gist_box_penalty(internal, internal, internal),
    function 6 gist_box_picksplit(internal, internal),
    function 7 gist_box_same(box, box, internal),
    function 8 (point, point) gist_point_distance(internal, point, smallint, oid, internal),
    storage box;
create index t_parts on t using gin ((array[a]) parts);
