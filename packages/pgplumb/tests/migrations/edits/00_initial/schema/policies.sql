alter table note enable row level security;

create policy note_author on note
    using (author = current_user)
    with check (author = current_user);
