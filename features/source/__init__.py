"""From a source, whatever its shape, to cells with their line numbers."""
