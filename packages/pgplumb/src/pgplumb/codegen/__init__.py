"""From facts about queries to the text of Python modules."""
