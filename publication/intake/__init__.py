"""What people enter: declared forms, append-only tables, and the extract that joins the next run's source."""
