"""Pilots: the plan, its teams and criteria, who signed, the looks and what they showed, what was decided."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.db import Base
from portal.core.types import UtcInstant, in_both
from portal.identity.models import Person, Team
from portal.pilots.flow import DECISIONS, FLOW, OUTCOMES, PROPOSAL, SIDES, TAKEN
from portal.programmes.models import Programme


class Pilot(Base):
    """A pilot and its plan. Once both have signed, `charter` holds the plan as it was agreed, and nothing of it changes.

    Weeks are ISO weeks; `starts_on` is a Monday. The baseline are the `baseline_weeks` before it; of the `weeks` after
    it the first `ramp_in` are left out of the comparison. `use_percent` and `contamination_percent`: so many people of
    the pilot teams have to work the new way, at most so many of the comparison teams may.
    """

    __tablename__ = "pilot"
    __table_args__ = (
        CheckConstraint(f"state IN {tuple(FLOW.names)}", name="state"),
        CheckConstraint("owner_id <> sponsor_id", name="signers"),
        CheckConstraint("baseline_weeks >= 2 AND ramp_in >= 0 AND weeks >= ramp_in + 2", name="weeks"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"), index=True)
    restarts_id: Mapped[int | None] = mapped_column(ForeignKey("pilot.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    name_zh: Mapped[str] = mapped_column(String(80), default="")
    problem: Mapped[str] = mapped_column(String(500))
    area: Mapped[str] = mapped_column(String(120), server_default="")
    chosen: Mapped[str] = mapped_column(String(500), default="")
    baseline_weeks: Mapped[int]
    starts_on: Mapped[date]
    weeks: Mapped[int]
    ramp_in: Mapped[int]
    extension_weeks: Mapped[int] = mapped_column(default=0)
    use_percent: Mapped[int]
    contamination_percent: Mapped[int]
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    sponsor_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    state: Mapped[str] = mapped_column(String(14), default=FLOW.start, index=True)
    extended: Mapped[bool] = mapped_column(default=False)
    charter: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    charter_hash: Mapped[str] = mapped_column(String(64), default="")
    frozen_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(UtcInstant)
    version: Mapped[int] = mapped_column(default=1)
    programme: Mapped[Programme] = relationship()
    owner: Mapped[Person] = relationship(foreign_keys=[owner_id])
    sponsor: Mapped[Person] = relationship(foreign_keys=[sponsor_id])
    teams: Mapped[list["PilotTeam"]] = relationship(order_by="PilotTeam.id")
    criteria: Mapped[list["Criterion"]] = relationship(order_by="Criterion.id")
    signatures: Mapped[list["Signature"]] = relationship(order_by="Signature.id")
    looks: Mapped[list["Look"]] = relationship(order_by="Look.number")
    decisions: Mapped[list["GateDecision"]] = relationship(order_by="GateDecision.id")

    def shown(self, lang: str) -> str:
        """The name as readers of a language know it."""
        return self.name_zh if lang == "zh" and self.name_zh else self.name

    @property
    def both(self) -> dict[str, str]:
        """The name in both languages, as events keep it."""
        return in_both(self.name, self.name_zh or self.name)

    @property
    def begins_on(self) -> date:
        """The first day of the baseline."""
        return self.starts_on - timedelta(weeks=self.baseline_weeks)

    @property
    def length(self) -> int:
        """Its weeks, with the extension if it was taken."""
        return self.weeks + (self.extension_weeks if self.extended else 0)

    @property
    def ends_on(self) -> date:
        """The last day, with the extension if it was taken."""
        return self.starts_on + timedelta(weeks=self.length) - timedelta(days=1)

    @property
    def signers(self) -> tuple[int, int]:
        """Who has to sign: the one who runs it, and the one who answers for it."""
        return self.owner_id, self.sponsor_id

    @property
    def decided(self) -> "GateDecision | None":
        """The newest decision that counts; None before the first."""
        taken = [one for one in self.decisions if one.taken]
        return taken[-1] if taken else None

    def team_ids(self, side: str = "") -> list[int]:
        """The ids of its teams, of one side or of both."""
        return [one.team_id for one in self.teams if side in ("", one.side)]


class PilotTeam(Base):
    """A team and the side on which it stands."""

    __tablename__ = "pilot_team"
    __table_args__ = (
        UniqueConstraint("pilot_id", "team_id"),
        CheckConstraint(f"side IN {tuple(SIDES)}", name="side"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pilot_id: Mapped[int] = mapped_column(ForeignKey("pilot.id"))
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), index=True)
    side: Mapped[str] = mapped_column(String(10))
    team: Mapped[Team] = relationship()


class Criterion(Base):
    """What is asked of a measure: `size` is the smallest worthwhile change, or the harm margin of a guardrail.

    `size` is positive, in the unit in which the measure is kept (basis points, hundredths, minutes).
    """

    __tablename__ = "criterion"
    __table_args__ = (
        UniqueConstraint("pilot_id", "role"),
        CheckConstraint("role IN ('primary', 'guardrail')", name="role"),
        CheckConstraint("size > 0", name="size"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pilot_id: Mapped[int] = mapped_column(ForeignKey("pilot.id"))
    role: Mapped[str] = mapped_column(String(10))
    measure: Mapped[str] = mapped_column(String(40))
    size: Mapped[int] = mapped_column(BigInteger)


class Signature(Base):
    """A person signed the plan as it stood in one version; a changed plan has to be signed anew."""

    __tablename__ = "signature"
    __table_args__ = (UniqueConstraint("pilot_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    pilot_id: Mapped[int] = mapped_column(ForeignKey("pilot.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UtcInstant)


class Look(Base):
    """A reserved look at the comparison: on or after which day, and, once taken, all that was seen and what the rule said."""

    __tablename__ = "look"
    __table_args__ = (UniqueConstraint("pilot_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    pilot_id: Mapped[int] = mapped_column(ForeignKey("pilot.id"))
    number: Mapped[int]
    day: Mapped[date]
    taken_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    taken_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    seen: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


class GateDecision(Base):
    """What was decided after a look, with the reasons. Against the rule it counts once the other signer has said yes.

    Without a look: a stop between looks, for a reason outside the comparison.
    """

    __tablename__ = "gate_decision"
    __table_args__ = (
        CheckConstraint(f"outcome IN {tuple(OUTCOMES)}", name="outcome"),
        CheckConstraint(f"recommended IN {tuple(OUTCOMES)}", name="recommended"),
        CheckConstraint(f"state IN {DECISIONS}", name="state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pilot_id: Mapped[int] = mapped_column(ForeignKey("pilot.id"), index=True)
    look_id: Mapped[int | None] = mapped_column(ForeignKey("look.id"))
    outcome: Mapped[str] = mapped_column(String(14))
    recommended: Mapped[str] = mapped_column(String(14))
    reasons: Mapped[str] = mapped_column(String(1000))
    state: Mapped[str] = mapped_column(String(10))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UtcInstant)
    second_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    second_at: Mapped[datetime | None] = mapped_column(UtcInstant)

    @property
    def proposed(self) -> bool:
        """Whether it waits for the other signer."""
        return self.state == PROPOSAL

    @property
    def taken(self) -> bool:
        """Whether it counts."""
        return self.state == TAKEN
