"""Pure functions: answers and documents as text, Markdown, HTML and JSON."""
