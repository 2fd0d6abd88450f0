"""Pages about people, by topic."""
