"""Figures for docs/matching.md, measured anew by whoever asks. Not part of the product or of its tests."""
