"""Writes about people: signing in, second factors, people, their places and roles."""
