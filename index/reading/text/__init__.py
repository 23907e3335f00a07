"""Plain text and light markup: Markdown, reStructuredText, Org, subtitles."""
