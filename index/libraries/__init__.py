"""Several libraries: named, locked, moved, in the trash."""
