"""What is in force: schemas of published tables, write aside, switch, read; the application database."""
