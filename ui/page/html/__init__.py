"""The HTML of the page, as pure functions without Gradio."""
