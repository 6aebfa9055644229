"""What is printed of a year: the certificate, signed, and the sheet of a year that nobody has reviewed."""
