"""Writes: courses and their versions; assignments, tries, completions and certificates."""
