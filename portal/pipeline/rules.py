"""The stages of an opportunity, and what a row of history must hold. Pure."""

from datetime import date

from portal.core.words import N_

# fmt: off
STAGES = {
    "prospecting": N_("Prospecting"),
    "engaging":    N_("Engaging"),
    "won":         N_("Won"),
    "lost":        N_("Lost"),
}
# fmt: on
IN_CHINESE = {"开发": "prospecting", "接洽": "engaging", "赢单": "won", "丢单": "lost"}
"""What Chinese pages and exports call a stage, so that what went out comes in again."""
CLOSED = ("won", "lost")


def stage_of(written: str) -> str | None:
    """The stage meant by a word in a file, whatever its case; None if there is none of that name."""
    key = IN_CHINESE.get(written.strip(), written.strip().lower())
    return key if key in STAGES else None


def fault(stage: str, engaged_on: date | None, closed_on: date | None, value_minor: int | None) -> str | None:
    """What is wrong with an opportunity, as an N_ text; None if it is sound."""
    if stage in CLOSED and closed_on is None:
        return N_("A won or lost opportunity needs the day on which it was closed.")
    if stage not in CLOSED and closed_on is not None:
        return N_("An open opportunity cannot have a closing day.")
    if engaged_on and closed_on and closed_on < engaged_on:
        return N_("It cannot have been closed before it was opened.")
    if stage == "won" and value_minor is None:
        return N_("A won opportunity needs its value.")
    if (value_minor or 0) < 0:
        return N_("A value cannot be negative.")
    return None
