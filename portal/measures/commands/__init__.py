"""Writes: licences and leaves, the roll-up of a day, snapshots, rebuilds, looks."""
