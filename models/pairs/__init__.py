"""From the level model to one forecast per employee and position."""
