"""Rich Text Format: tokens, states, tables and the body."""
