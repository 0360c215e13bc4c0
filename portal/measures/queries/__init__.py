"""Reads: figures for pages, pilots and rules; the facts of one person; licences; what the roll-up needs."""
