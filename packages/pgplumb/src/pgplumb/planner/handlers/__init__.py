"""How each kind of object is created, dropped and altered."""
