"""Decisions on candidates and the life of a move, each step in the ledger."""
