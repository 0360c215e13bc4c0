"""The CRM Rollout Portal: one Flask application, one database, small rooms in one fixed order.

Each room is a noun in the URL. `docs/architecture.md` has the map; imports go down the order only.
"""

__version__ = "0.1.0"
