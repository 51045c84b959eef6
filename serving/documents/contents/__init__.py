"""What each kind of document says: from the answers of the run in force to one frozen content."""
