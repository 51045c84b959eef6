"""The application database: connections, the tables people write to, and their migrations."""
