"""Work that must not be lost: a PostgreSQL row first; Redis and Celery only wake workers up."""
