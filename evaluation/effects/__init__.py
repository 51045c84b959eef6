"""What past moves did: panel, risk sets, matched effects, designs beside them, units, voices, goals, causes, verdict."""
