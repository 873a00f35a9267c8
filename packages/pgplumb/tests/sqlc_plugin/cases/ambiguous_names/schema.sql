create table shelf (class text, class_ integer, copy boolean, copy_ text, id integer, "two words" text, two_words integer);
