"""Write and publish rules, note that one was read, judge cases, book and reverse points."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from portal.access.viewer import SYSTEM, Viewer
from portal.core import clock
from portal.core.db import db, insert_new
from portal.core.errors import Refused
from portal.core.events import record
from portal.core.moves import move
from portal.core.versions import grow, overtaken
from portal.core.words import N_
from portal.incentives import flow, queries, rules
from portal.incentives.models import (
    Acknowledgement,
    Entry,
    Evaluation,
    IncentiveRule,
    LedgerAccount,
    Posting,
    RuleVersion,
)
from portal.notifications.commands import notify, notify_all

HOUSE = "house"


def create_rule(*, name: str, name_zh: str, by: Viewer, **terms: Any) -> IncentiveRule:
    """Begin a rule; `terms` are the columns of its first draft."""
    it = IncentiveRule(name=name, name_zh=name_zh, created_by_id=by.id, created_at=clock.now())
    db.session.add(it)
    db.session.flush()
    db.session.add(RuleVersion(incentive_rule_id=it.id, number=1, state=flow.FLOW.start, **terms))
    record(flow.CREATED, it, by=by, rule=it.both)
    return it


def change_draft(it: RuleVersion, *, name: str, name_zh: str, version: int, by: Viewer, **terms: Any) -> None:
    """Change what a draft asks, gives and is called."""
    grow(it, version)
    if it.state != flow.DRAFT:
        raise Refused(N_("What was published stands. Open the next draft to change it."))
    it.rule.name, it.rule.name_zh = name, name_zh
    for column, value in terms.items():
        setattr(it, column, value)
    record(flow.CHANGED, it.rule, by=by, rule=it.rule.both)


def revise(it: IncentiveRule, *, starts_on: date, by: Viewer) -> RuleVersion:
    """Open the next draft as a copy of the last version. Refused while there is one."""
    last = queries.latest(it.id)
    if last.state == flow.DRAFT:
        raise Refused(N_("There is a draft of this rule already."))
    copied = ("course_id", "days", "weeks", "among", "points", "roles", "text", "text_zh")
    draft = RuleVersion(
        incentive_rule_id=it.id, number=last.number + 1, state=flow.FLOW.start, starts_on=starts_on,
        # An old tab of the last version must not fit this one.
        version=last.version + 1,
        **{column: getattr(last, column) for column in copied},
    )  # fmt: skip
    db.session.add(draft)
    record(flow.CHANGED, it, by=by, rule=it.both)
    return draft


def publish(it: RuleVersion, *, version: int, by: Viewer) -> None:
    """Publish a version to all whom it concerns. Refused unless it starts late enough and both languages are there."""
    today = clock.today(by.zone)
    if it.starts_on < rules.earliest_start(today):
        raise Refused(
            N_("A rule is published at least seven days before it starts: on %(day)s at the earliest."), "starts_on",
            day=rules.earliest_start(today).isoformat(),
        )  # fmt: skip
    if not (it.rule.name and it.rule.name_zh and it.text and it.text_zh):
        raise Refused(N_("The rule needs its name and its reason in both languages."))
    move(it, flow.FLOW, "publish", by=by, version=version, published_at=clock.now(), published_by_id=by.id)
    record(flow.RULE_PUBLISHED, it.rule, by=by, rule=it.rule.both, number=it.number, day=it.starts_on)
    notify_all(
        queries.concerned(it, today), flow.TOLD_PUBLISHED, path=f"/incentives/rules/{it.incentive_rule_id}", by=by,
        effect_key=f"rule:{it.id}", rule=it.rule.both, day=it.starts_on,
    )  # fmt: skip


def acknowledge(it: RuleVersion, *, version: int, by: Viewer) -> None:
    """The viewer has read a version. Saying so again changes nothing. Stale if it is not the one that he saw."""
    if it.version != version:
        raise overtaken(it)
    if by.id is None or it.state != flow.PUBLISHED:
        raise Refused(N_("There is nothing to note here."))
    row = {"rule_version_id": it.id, "person_id": by.id, "at": clock.now()}
    if insert_new(db.session(), Acknowledgement, [row], Acknowledgement.id):
        record(flow.ACKNOWLEDGED, it.rule, by=by, rule=it.rule.both)


def judge(edition: RuleVersion, case: queries.Case, today: date) -> queries.Judged:
    """The verdict on a case by the facts of a day, as it is kept."""
    verdict = rules.judge(edition.terms, case.given_on, case.passed_on, case.active_weeks, today)
    return queries.Judged([asdict(line) for line in verdict.lines], verdict.met, verdict.final)


def evaluate(edition: RuleVersion, case: queries.Case, at: datetime) -> bool:
    """Judge a case with the facts of today, book what was earned, reverse what no longer holds; whether anything changed."""
    verdict = judge(edition, case, clock.local_day(at, SYSTEM.zone))
    it = queries.evaluation(edition.id, case)
    changed = it is None or (it.lines, it.met, it.final) != verdict
    if it is None:
        it = Evaluation(
            rule_version_id=edition.id,
            person_id=case.person_id,
            given_on=case.given_on,
            passed_on=case.passed_on,
        )
        db.session.add(it)
    if changed:
        it.lines, it.met, it.final, it.at = *verdict, at
        db.session.flush()
    standing = queries.standing_entry(it.id)
    if verdict.met and standing is None and not queries.was_reversed_by_hand(it.id):
        _book(it, edition, at)
        return True
    if not verdict.met and standing is not None:
        reverse(standing, reason="", by=SYSTEM)
        return True
    return changed


def reverse(it: Entry, *, reason: str, by: Viewer) -> Entry:
    """Take a booking back, whole and once, by a booking of its own. A person has to say why; the sweep found other facts."""
    if by is not SYSTEM and not reason.strip():
        raise Refused(N_("Say why."), "reason")
    if it.kind != flow.EARNED or queries.reversal_of(it.id) is not None:
        raise Refused(N_("This booking was reversed already."))
    entry = _write(it.evaluation, flow.REVERSAL, -it.points, by, reason=reason.strip(), reverses=it)
    rule = it.evaluation.edition.rule
    record(
        flow.REVERSED,
        entry,
        by=by,
        person=it.person_id,
        points=it.points,
        rule=rule.both,
        note=reason.strip(),
    )
    notify(
        it.person_id, flow.TOLD_REVERSED, path=f"/incentives/points/{entry.id}", by=by, effect_key=f"entry:{entry.id}",
        points=it.points, rule=rule.both,
    )  # fmt: skip
    return entry


def _book(it: Evaluation, edition: RuleVersion, at: datetime) -> None:
    with clock.at(at):
        entry = _write(it, flow.EARNED, edition.points, SYSTEM)
        record(
            flow.POSTED, entry, by=SYSTEM, person=it.person_id, points=edition.points, rule=edition.rule.both
        )
        notify(
            it.person_id, flow.TOLD_POSTED, path=f"/incentives/points/{entry.id}", by=SYSTEM,
            effect_key=f"entry:{entry.id}", points=edition.points, rule=edition.rule.both,
        )  # fmt: skip


def _write(
    it: Evaluation, kind: str, points: int, by: Viewer, *, reason: str = "", reverses: Entry | None = None
) -> Entry:
    """Write an entry with its two lines: what the person gets, the house gives."""
    before = select(func.count()).select_from(Entry).where(Entry.evaluation_id == it.id)
    number = db.session.execute(before).scalar_one() + 1
    now = clock.now()
    entry = Entry(
        key=f"evaluation:{it.id}:{number}", kind=kind, person_id=it.person_id, evaluation_id=it.id, points=points,
        reverses_id=reverses.id if reverses else None, reason=reason, by_id=by.id, at=now,
        day=clock.local_day(now, by.zone), evaluation=it,
    )  # fmt: skip
    db.session.add(entry)
    db.session.flush()
    lines = {_account(f"person:{it.person_id}", it.person_id): points, _account(HOUSE, None): -points}
    if not rules.balanced(list(lines.values())):
        raise ValueError("the lines of a booking sum to zero")
    for account_id, amount in lines.items():
        db.session.add(Posting(entry_id=entry.id, ledger_account_id=account_id, points=amount))
    db.session.flush()
    return entry


def _account(key: str, person_id: int | None) -> int:
    insert_new(db.session(), LedgerAccount, [{"key": key, "person_id": person_id}], LedgerAccount.id)
    return db.session.execute(select(LedgerAccount.id).where(LedgerAccount.key == key)).scalar_one()
