"""One HTML file that shows the figures, plots and questions of runs."""
