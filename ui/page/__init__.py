"""The Gradio page and its server."""
