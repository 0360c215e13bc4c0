"""Pages that belong to no single room: today, search, the palette, the index of administration, health. No tables.

URLs: / /search /palette /admin /admin/health /gallery /healthz /readyz
"""
