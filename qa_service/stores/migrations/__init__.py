"""How the tables came to be, one file a step; the same files on SQLite and PostgreSQL."""
