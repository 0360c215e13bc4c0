"""Shapes of what people type about signing in, themselves and others."""
