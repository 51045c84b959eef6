"""What can be wrong with a source: one file per family of rules. Every rule finds and says; none repairs."""
