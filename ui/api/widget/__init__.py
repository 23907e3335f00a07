"""The custom element of web pages: its script, and the short-lived tokens that it asks with."""
