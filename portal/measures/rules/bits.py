"""Sets of people as one whole number: the bit at the place of the person's id. Any union of days is one `|`."""

from collections.abc import Iterable, Iterator, Sequence


def bits_of(people: Iterable[int]) -> int:
    """The set of these people."""
    ids = list(people)
    if not ids:
        return 0
    filled = bytearray((max(ids) >> 3) + 1)
    for one in ids:
        filled[one >> 3] |= 1 << (one & 7)
    return int.from_bytes(filled, "little")


def people_in(bits: int) -> Iterator[int]:
    """The people of a set, by id."""
    for place, byte in enumerate(to_bytes(bits)):
        if byte:
            yield from (place * 8 + bit for bit in range(8) if byte >> bit & 1)


def to_bytes(bits: int) -> bytes:
    """A set as it is stored."""
    return bits.to_bytes((bits.bit_length() + 7) // 8, "little")


def from_bytes(stored: bytes) -> int:
    """A stored set."""
    return int.from_bytes(stored, "little")


def union(days: Iterable[int]) -> int:
    """Everybody who is in at least one of the sets."""
    whole = 0
    for day in days:
        whole |= day
    return whole


def on_at_least(days: Sequence[int], most: int) -> list[int]:
    """For each count from 0 to `most`: everybody who is in at least so many of the sets (-1 is everybody there could be)."""
    levels = [-1] + [0] * most
    for day in days:
        for count in range(most, 0, -1):
            levels[count] |= levels[count - 1] & day
    return levels
