"""The commands for a library that moves to PostgreSQL: `copy`, `access`."""
