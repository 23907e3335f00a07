"""The native routes: ask, search, documents, libraries, evaluations, state of the server."""
