"""Files of other systems: read whole, checked whole, shown before they are written, written whole or not at all.

URL: /imports
"""
