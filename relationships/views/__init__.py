"""The pages about pairs."""
