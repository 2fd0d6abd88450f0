"""Figures for docs/matching.md, measured anew on demand. Not part of the product or of its tests."""
