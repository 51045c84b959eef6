"""What we estimate: uplift, its uncertainty, validation, explanation, release decision, registry (code, never artefacts)."""
