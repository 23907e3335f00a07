"""What the page keeps between clicks, without Gradio."""
