"""Reads about people: who is looking, who leads whom, names, lists."""
