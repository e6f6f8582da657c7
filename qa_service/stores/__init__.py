"""What the service keeps: SQLAlchemy stores on SQLite or PostgreSQL, and sealed audio in an object store."""
