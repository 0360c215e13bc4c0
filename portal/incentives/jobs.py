"""What incentives do by themselves: judge every case of every rule in force."""

from datetime import datetime

from portal.access.viewer import SYSTEM
from portal.core import clock
from portal.core.db import unit_of_work
from portal.incentives import commands, queries


def judge_cases(at: datetime) -> int:
    """Judge all cases with the facts of today; of how many the verdict changed. Running it twice books nothing twice.

    Only a case that comes out otherwise than it was kept opens a unit of work: most are final, and stay as they are.
    """
    today = clock.local_day(at, SYSTEM.zone)
    changed = 0
    for edition, until in queries.editions_in_force():
        kept = queries.judged(edition.id)
        for case in queries.cases(edition, until, today):
            if commands.judge(edition, case, today) == kept.get((case.person_id, case.passed_on)):
                continue
            with unit_of_work():
                changed += commands.evaluate(edition, case, at)
    return changed
