"""What HR sees: JSON API, web pages, accounts."""
