"""Sentinels: patterns in past moves that a second pair of eyes should look at; never an accusation."""
