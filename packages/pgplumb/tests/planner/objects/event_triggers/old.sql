create function seen() returns event_trigger language plpgsql as $$begin raise debug 'seen %', tg_tag; end$$;
create event trigger plain on ddl_command_end execute function seen();
create event trigger tagged on ddl_command_start when tag in ('CREATE VIEW', 'DROP VIEW')
    execute function seen();
create event trigger "Off" on sql_drop execute function seen();
create event trigger gone on table_rewrite execute function seen();
alter event trigger "Off" disable;
comment on event trigger tagged is 'of views';
