"""Words of a page with their boxes, and the lines that they stand on."""
