"""The state of the page between clicks, without Gradio."""
