create access method mine type index handler hashhandler;
create access method heaps type table handler heap_tableam_handler;
create access method gone type index handler brinhandler;
comment on access method mine is 'hash again';
create operator class int4_mine for type int using mine as operator 1 =, function 1 hashint4(int);
create table t (a int) using heaps;
create index t_a on t using mine (a int4_mine);
create materialized view m using heaps as select 1 as one;
