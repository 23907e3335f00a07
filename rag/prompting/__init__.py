"""What goes into the model, and what may come out."""
