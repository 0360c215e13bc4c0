"""What the pages of this room gather from the rooms below."""
