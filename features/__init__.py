"""What was known, and when: contract, readers, checks, snapshot, ratings, point-in-time features, risk rows and trials."""
