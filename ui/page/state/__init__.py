"""What the page keeps, and what waits or runs, between clicks; without Gradio."""
