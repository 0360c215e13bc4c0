"""The carrier of job numbers, chosen by configuration alone: what is put in comes out once, on each of them."""

import os
import uuid
from pathlib import Path

import pytest

from portal.core import jobs

REDIS = os.environ.get("PORTAL_TEST_REDIS", "redis://127.0.0.1:6379/15")


@pytest.fixture
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a fresh queue of the kind that the test asks for."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("empty_postgres"))
    if request.param == "redis":
        client = pytest.importorskip("redis").Redis.from_url(REDIS)
        try:
            client.ping()
        except OSError as problem:
            pytest.skip(f"no Redis at PORTAL_TEST_REDIS: {problem}")
        finally:
            client.close()
        return REDIS
    return {"memory": "memory:", "sqlite": f"sqlite:///{tmp_path / 'jobs.db'}"}[request.param]


@pytest.mark.parametrize(
    "address",
    ["memory", "sqlite", pytest.param("postgresql", marks=pytest.mark.postgres), pytest.param("redis", marks=pytest.mark.redis)],
    indirect=True,
)
def test_what_is_put_in_comes_out_once_and_in_order(address: str) -> None:
    queue = jobs.make_queue(address, name=f"test-{uuid.uuid4().hex}")
    carried: list[int] = []
    carry = queue.task(name="run")(carried.append)
    for number in (1, 2, 3):
        carry(number)
    while (task := queue.dequeue()) is not None:
        queue.execute(task)
    assert carried == [1, 2, 3]
    queue.storage.close()


def test_an_unknown_kind_of_address_is_refused() -> None:
    with pytest.raises(ValueError, match="PORTAL_JOBS_URL"):
        jobs.make_queue("amqp://localhost")
