"""A document's records, and how one is made of raw text: its date, pages and passages."""
