"""An invented city with known truth beside it."""
