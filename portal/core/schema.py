"""All tables of the house at once, for a fresh database in tests; installations come by the migrations."""

from portal.core.db import Base, unit_of_work
from portal.core.search import create_search


def create_all() -> None:
    """Create every table and the search index in an empty database."""
    with unit_of_work() as session:
        connection = session.connection()
        Base.metadata.create_all(connection)
        create_search(connection)
