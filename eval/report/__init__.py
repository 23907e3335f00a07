"""One HTML file about runs."""
