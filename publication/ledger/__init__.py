"""The ledger: append-only, hash-chained, verified by a command."""
