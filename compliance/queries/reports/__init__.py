"""Reports: what is counted of whom, by which dimension; each is a table its chart and files drawn from it."""
