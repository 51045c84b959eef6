"""Scoring every position against very many people: trees evaluated apart for the person, the position and the pair."""
