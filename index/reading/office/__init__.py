"""What the readers of office formats share: flow of text, equations, charts, properties."""
