"""Every word on the pages, Indonesian first; one file a family of pages."""
