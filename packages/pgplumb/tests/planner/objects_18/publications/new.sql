create table t (id int primary key, b int generated always as (id * 2) stored);
create publication p for table t (id, b);
create publication q for table t with (publish_generated_columns = stored);
create publication r for all tables with (publish_generated_columns = stored, publish = 'insert');
