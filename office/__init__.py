"""The office's equipment, each its own small room; none knows of hours."""
