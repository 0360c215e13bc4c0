"""Plan, sign, look, decide, start again."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from portal.access.permissions import PERMISSIONS
from portal.access.viewer import Viewer
from portal.core import clock
from portal.core.db import db
from portal.core.errors import Refused
from portal.core.events import record
from portal.core.moves import move
from portal.core.versions import grow
from portal.core.words import N_
from portal.identity.queries.viewers import holders, holders_of
from portal.measures.queries import figures
from portal.measures.rules import registry
from portal.notifications.commands import notify, overtake
from portal.pilots import flow, queries
from portal.pilots.models import Criterion, GateDecision, Look, Pilot, PilotTeam, Signature
from portal.pilots.rules import plan, verdict
from portal.programmes.models import Programme

LONGEST_NAME = 80
"""As the shorter of the two columns holds it."""
RUNNERS, SPONSORS = (tuple(PERMISSIONS[key].roles) for key in ("pilots.edit", "pilots.sign"))


def create_pilot(programme: Programme, *, by: Viewer, restarts: Pilot | None = None, **told: Any) -> Pilot:
    """Plan a pilot. `told`: columns of the pilot, `pilot_teams`, `comparison_teams`, `primary`, `guardrail` (measure, size)."""
    columns, sides, criteria = _taken_apart(told)
    it = Pilot(programme_id=programme.id, restarts_id=restarts.id if restarts else None, state=flow.FLOW.start,
               created_by_id=by.id, created_at=clock.now(), **columns)  # fmt: skip
    _check(it, sides, by)
    _check_names(it)
    db.session.add(it)
    db.session.flush()
    _fill(it, sides, criteria)
    record(flow.CREATED, it, by=by, pilot=it.both)
    return it


def change_plan(it: Pilot, *, version: int, by: Viewer, **told: Any) -> None:
    """Change the plan while it is a draft; who had signed it has to sign anew."""
    if it.state != flow.DRAFT:
        raise Refused(N_("The charter is signed: nothing of the plan changes any more."))
    columns, sides, criteria = _taken_apart(told)
    grow(it, version)
    for column, value in columns.items():
        setattr(it, column, value)
    _check(it, sides, by)
    _check_names(it)
    it.teams, it.criteria, it.signatures = _emptied(it.teams), _emptied(it.criteria), _emptied(it.signatures)
    _fill(it, sides, criteria)
    record(flow.CHANGED, it, by=by, pilot=it.both)


def sign(it: Pilot, *, version: int, by: Viewer) -> bool:
    """Sign the charter; the second signature freezes it and starts the pilot. Answers whether it is frozen now.

    Only the two who are named may sign, each once, and before the first day: who signs later has seen what comes. A plan
    of so few teams that it could only teach may be signed too: the charter keeps what it could show, and its rule then
    never says go.
    """
    if by.id not in it.signers:
        raise Refused(N_("Only the one who runs the pilot and the one who answers for it sign."))
    if it.state != flow.DRAFT:
        raise Refused(N_("The charter is signed: nothing of the plan changes any more."))
    if any(one.person_id == by.id for one in it.signatures):
        raise Refused(N_("You have signed it."))
    if it.starts_on <= clock.today(by.zone):
        raise Refused(N_("The first day has come: choose a later one. A charter is signed before anybody knows how it goes."))
    _check_names(it)
    able = queries.assess(it)
    grow(it, version)
    it.signatures.append(Signature(pilot_id=it.id, person_id=by.id, at=clock.now()))
    db.session.flush()
    record(flow.SIGNED, it, by=by, pilot=it.both)
    overtake(f"/pilots/{it.id}", [flow.TOLD_TO_SIGN])
    if len(it.signatures) < len(it.signers):
        other = next(one for one in it.signers if one != by.id)
        notify(other, flow.TOLD_TO_SIGN, path=f"/pilots/{it.id}", by=by, effect_key=f"pilot:{it.id}:sign:{it.version}",
               pilot=it.both)  # fmt: skip
        return False
    _freeze(it, able[verdict.PRIMARY].verdict, by)
    return True


def _freeze(it: Pilot, able: str, by: Viewer) -> None:
    charter = document(it, able)
    days = plan.look_days(it.starts_on, it.weeks, it.ramp_in, it.extension_weeks)
    move(it, flow.FLOW, "freeze", by=by, version=it.version, charter=charter, charter_hash=plan.mark(charter),
         frozen_at=clock.now())  # fmt: skip
    for number, day in enumerate(days, start=1):
        db.session.add(Look(pilot_id=it.id, number=number, day=day))
    record(flow.FROZEN, it, by=by, pilot=it.both, mark=it.charter_hash[:12])
    for person_id in it.signers:
        notify(person_id, flow.TOLD_FROZEN, path=f"/pilots/{it.id}", by=by, effect_key=f"pilot:{it.id}:frozen",
               pilot=it.both, day=it.starts_on)  # fmt: skip


def document(it: Pilot, able: str) -> dict[str, Any]:
    """The charter: all that was agreed, as plain values. `able` is the verdict of `feasibility` on the primary."""
    known = registry.measures()
    rule = verdict.standard_rule(it.use_percent / 100, it.contamination_percent / 100)
    return {
        "name": it.both, "problem": it.problem, "area": it.area, "chosen": it.chosen, "programme": it.programme_id,
        "teams": [{"id": one.team_id, "name": one.team.name, "side": one.side} for one in it.teams],
        "starts_on": it.starts_on.isoformat(), "baseline_weeks": it.baseline_weeks, "weeks": it.weeks,
        "ramp_in": it.ramp_in, "extension_weeks": it.extension_weeks,
        "criteria": [
            {"role": one.role, "measure": one.measure, "definition": known[one.measure].version,
             "direction": known[one.measure].direction, "size": one.size}
            for one in it.criteria
        ],
        "use_percent": it.use_percent, "contamination_percent": it.contamination_percent,
        "owner": it.owner_id, "sponsor": it.sponsor_id, "feasibility": able, "rule": verdict.written(rule),
    }  # fmt: skip


def take_look(it: Pilot, *, version: int, by: Viewer) -> Look:
    """Take the look that is due, and freeze what it shows. Refused between looks.

    Who looks whenever he likes finds something in nothing (`rules.looks`).
    """
    at = queries.standing(it, clock.today(by.zone))
    if at.proposed is not None:
        raise Refused(N_("A proposal waits for the other signer: the look comes after the answer."))
    if at.due is None:
        raise Refused(N_("No look is due now. The comparison is shown on the days that the charter reserved."))
    look: Look = queries.reserved_looks(it)[at.due - 1]
    newest = figures.latest(db.session())
    if newest is None or newest < look.day - timedelta(days=1):
        raise Refused(N_("The figures of the last week are not there yet; they come in the night."))
    charter = it.charter or {}
    if plan.mark(charter) != it.charter_hash:
        raise Refused(N_("The charter is not the one that was signed; an administrator has to look into it."))
    known = registry.measures()
    if any(known[one["measure"]].version != one["definition"] for one in charter["criteria"]):
        raise Refused(N_("A criterion is defined otherwise than at the signing: its weeks cannot be compared any more."))
    grow(it, version)
    look.seen = queries.seen(it, look.number, look.day)
    look.taken_at, look.taken_by_id = clock.now(), by.id
    record(flow.LOOKED, it, by=by, pilot=it.both, number=look.number)
    return look


def decide(it: Pilot, *, outcome: str, reasons: str, version: int, by: Viewer) -> GateDecision:
    """Decide at the gate, with reasons. As the rule recommends it counts at once; against it the other signer has to agree.

    A recommendation that nothing can be said leaves extending, stopping and ending open to the two alike. Between looks
    the two can stop it, for a reason outside the comparison; nothing of the comparison is counted for that.
    """
    at = queries.standing(it, clock.today(by.zone))
    if by.id not in it.signers:
        raise Refused(N_("Only those who signed the charter decide."))
    if it.state != flow.RUNNING or at.proposed is not None:
        raise Refused(N_("There is nothing to decide now."))
    seen = at.open_look.seen if at.open_look is not None else None
    if seen is None and outcome != verdict.STOP:
        raise Refused(N_("Between looks a pilot can be stopped; all else waits for the look."), "outcome")
    if outcome == verdict.EXTEND and (it.extended or not it.extension_weeks):
        raise Refused(N_("The charter allows no further extension."), "outcome")
    recommended = seen["gate"]["outcome"] if seen is not None else verdict.ON
    against = outcome != recommended
    grow(it, version)
    made = GateDecision(
        pilot_id=it.id, look_id=at.open_look.id if at.open_look else None, outcome=outcome, recommended=recommended,
        reasons=reasons, state=flow.PROPOSAL if against else flow.TAKEN, by_id=by.id or 0, at=clock.now(),
    )  # fmt: skip
    it.decisions.append(made)
    db.session.flush()
    if against:
        record(flow.PROPOSED, it, by=by, pilot=it.both, outcome=flow.OUTCOMES[outcome], note=reasons)
        other = next(one for one in it.signers if one != by.id)
        notify(other, flow.TOLD_PROPOSED, path=f"/pilots/{it.id}", by=by, effect_key=f"gate:{made.id}", pilot=it.both)
    else:
        _carry_out(it, made, by)
    return made


def second(it: Pilot, *, agree: bool, version: int, by: Viewer) -> None:
    """Say yes or no to a decision against the rule; only the other signer can."""
    made = queries.standing(it, clock.today(by.zone)).proposed
    if made is None:
        raise Refused(N_("There is nothing to decide now."))
    if by.id not in it.signers or by.id == made.by_id:
        raise Refused(N_("The other one who signed the charter has to agree."))
    grow(it, version)
    made.second_id, made.second_at, made.state = by.id, clock.now(), flow.TAKEN if agree else flow.REFUSED
    overtake(f"/pilots/{it.id}", [flow.TOLD_PROPOSED])
    db.session.flush()
    if agree:
        _carry_out(it, made, by)
    else:
        record(flow.WITHDRAWN, it, by=by, pilot=it.both)
        notify(made.by_id, flow.TOLD_REFUSED, path=f"/pilots/{it.id}", by=by, effect_key=f"refused:{made.id}", pilot=it.both)


def _carry_out(it: Pilot, made: GateDecision, by: Viewer) -> None:
    also = {"extended": True} if made.outcome == verdict.EXTEND else {}
    move(it, flow.FLOW, flow.VERBS[made.outcome], by=by, version=it.version, **also)
    record(flow.DECIDED, it, by=by, pilot=it.both, outcome=flow.OUTCOMES[made.outcome], note=made.reasons)
    told = {*it.signers, *holders("executive", clock.today(by.zone))} - {by.id}
    for person_id in sorted(told):
        notify(person_id, flow.TOLD_DECIDED, path=f"/pilots/{it.id}", by=by, effect_key=f"gate:{made.id}:taken",
               pilot=it.both, outcome=flow.OUTCOMES[made.outcome])  # fmt: skip


def restart(it: Pilot, *, version: int, by: Viewer) -> Pilot:
    """Plan an ended pilot anew, as a draft of its own from next Monday on, with the next number behind its name.

    The old one stays as it was.
    """
    if it.state in (flow.DRAFT, flow.RUNNING):
        raise Refused(N_("Only a pilot that has ended can be started again."))
    grow(it, version)
    today = clock.today(by.zone)
    named = plan.next_names({"name": it.name, "name_zh": it.name_zh}, queries.names(), LONGEST_NAME)
    copied = ("problem", "area", "chosen", "baseline_weeks", "weeks", "ramp_in", "extension_weeks",
              "use_percent", "contamination_percent", "owner_id", "sponsor_id")  # fmt: skip
    criteria = {one.role: (one.measure, one.size) for one in it.criteria}
    return create_pilot(
        it.programme, by=by, restarts=it, starts_on=today + timedelta(days=7 - today.weekday()),
        pilot_teams=it.team_ids(flow.PILOT), comparison_teams=it.team_ids(flow.COMPARISON),
        primary=criteria[verdict.PRIMARY], guardrail=criteria.get(verdict.GUARDRAIL),
        **named, **{column: getattr(it, column) for column in copied},
    )  # fmt: skip


def _taken_apart(told: dict[str, Any]) -> tuple[dict[str, Any], dict[int, str], dict[str, tuple[str, int]]]:
    columns = dict(told)
    pilot, compared = columns.pop("pilot_teams"), columns.pop("comparison_teams")
    if set(pilot) & set(compared):
        raise Refused(plan.TWICE, "comparison_teams")
    criteria = {verdict.PRIMARY: columns.pop("primary"), verdict.GUARDRAIL: columns.pop("guardrail", None)}
    sides = dict.fromkeys(pilot, flow.PILOT) | dict.fromkeys(compared, flow.COMPARISON)
    return columns, sides, {role: one for role, one in criteria.items() if one is not None}


def _check(it: Pilot, sides: dict[int, str], by: Viewer) -> None:
    day = clock.today(by.zone)
    teams = {side: [one for one, at in sides.items() if at == side] for side in flow.SIDES}
    for field, reason in plan.faults(it.starts_on, it.weeks, it.ramp_in, teams[flow.PILOT], teams[flow.COMPARISON], today=day):
        raise Refused(reason, field)
    if it.owner_id == it.sponsor_id:
        raise Refused(N_("Two different people sign."), "sponsor_text")
    for person_id, roles, at in ((it.owner_id, RUNNERS, "owner_text"), (it.sponsor_id, SPONSORS, "sponsor_text")):
        if person_id not in holders_of(roles, day):
            raise Refused(N_("A project manager runs a pilot; one of them, a director or an executive answers for it."), at)


def _check_names(it: Pilot) -> None:
    """Refuse the name of a pilot that runs: nobody could tell the two apart."""
    taken = queries.names([flow.RUNNING], but=it.id)
    for column in ("name", "name_zh"):
        if plan.plain(getattr(it, column)) in taken:
            raise Refused(N_("A pilot of this name is running. Add what tells them apart."), column)


def _fill(it: Pilot, sides: dict[int, str], criteria: dict[str, tuple[str, int]]) -> None:
    for team_id, side in sides.items():
        it.teams.append(PilotTeam(pilot_id=it.id, team_id=team_id, side=side))
    for role, (measure, size) in criteria.items():
        it.criteria.append(Criterion(pilot_id=it.id, role=role, measure=measure, size=size))
    db.session.flush()


def _emptied(rows: Sequence[Any]) -> list[Any]:
    for one in list(rows):
        db.session.delete(one)
    db.session.flush()
    return []

