"""Measures: meaningful use by eligible people on working days in local time, counted once and shown with their definition.

Nouns: licence, leave, use of a day, figure. URLs: /measures, /people/<id>/figures, /admin/licences.
Rooms above name their features and sources in `plugs.py`; pages, pilots and rules read `queries.figures`.
"""
