"""How the tests of pages read them."""

from collections.abc import Callable

from tests.client import PortalClient

Clients = Callable[..., PortalClient]


def text_of(client: PortalClient, path: str) -> str:
    """The text of a page that must be there."""
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.get_data(as_text=True)
