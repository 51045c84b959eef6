"""Documents ready to sign: one frozen content, one layout, three renderers (Word, Excel, PDF)."""
