-- name: ImportContacts :copyfrom
insert into contact (given_name, family_name, phone_numbers, preferences) values ($1, $2, $3, $4);
