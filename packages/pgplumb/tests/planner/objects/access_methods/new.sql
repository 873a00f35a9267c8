create access method mine type index handler brinhandler;
create access method heaps type table handler heap_tableam_handler;
create access method fresh type table handler heap_tableam_handler;
comment on access method fresh is 'a heap';
create operator class int4_mine for type int using mine as
    operator 1 <, operator 2 <=, operator 3 =, operator 4 >=, operator 5 >,
    function 1 brin_minmax_opcinfo(internal),
    function 2 brin_minmax_add_value(internal, internal, internal, internal),
    function 3 brin_minmax_consistent(internal, internal, internal),
    function 4 brin_minmax_union(internal, internal, internal);
create table t (a int) using fresh;
create index t_a on t using mine (a int4_mine);
create table u (a int) using heaps;
