"""Write a course: lessons and questions of the draft, publication, the next draft."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from portal.access.viewer import Viewer
from portal.core import clock
from portal.core.db import db
from portal.core.errors import Refused
from portal.core.events import record
from portal.core.moves import move
from portal.core.versions import grow
from portal.core.words import N_
from portal.training import flow, rules
from portal.training.models import Choice, Course, CourseVersion, Lesson, Question


def create_course(*, name: str, name_zh: str, by: Viewer) -> Course:
    """Begin a course; its first version is an empty draft."""
    it = Course(name=name, name_zh=name_zh, created_by_id=by.id, created_at=clock.now())
    db.session.add(it)
    db.session.flush()
    db.session.add(CourseVersion(course_id=it.id, number=1, state=flow.VERSIONS.start))
    record(flow.CREATED, it, by=by, course=it.both)
    return it


def rename_course(it: Course, *, name: str, name_zh: str, version: int, by: Viewer) -> None:
    """Call a course something else, from its certificates to its assignments."""
    grow(it, version)
    it.name, it.name_zh = name, name_zh
    record(flow.CHANGED, it, by=by, course=it.both)


def set_rules(
    it: CourseVersion, *, least_percent: int, draw: int, tries: int, minutes: int, version: int, by: Viewer
) -> None:
    """How the quiz of a draft is held: share to be right, questions drawn, tries, minutes (0: no limit)."""
    _open(it, version)
    it.least_percent, it.draw, it.tries, it.minutes = least_percent, draw, tries, minutes
    _changed(it, by)


@dataclass(frozen=True)
class LessonText:
    """What a lesson says, in both languages; `minutes` is how long one reads."""

    title: str
    title_zh: str
    text: str
    text_zh: str
    minutes: int = 3


@dataclass(frozen=True)
class QuestionText:
    """What a question asks and offers, in both languages; `right` is the place of the right choice, from 1."""

    text: str
    text_zh: str
    choices: Sequence[str]
    choices_zh: Sequence[str]
    right: int
    reason: str = ""
    reason_zh: str = ""


def add_lesson(it: CourseVersion, *, told: LessonText, version: int, by: Viewer) -> Lesson:
    """Add a lesson at the end of a draft."""
    _open(it, version)
    lesson = Lesson(course_version_id=it.id, position=_next(Lesson, it), **vars(told))
    db.session.add(lesson)
    _changed(it, by)
    return lesson


def change_lesson(it: CourseVersion, lesson: Lesson, *, told: LessonText, version: int, by: Viewer) -> None:
    """Say it differently."""
    _open(it, version)
    for name, value in vars(told).items():
        setattr(lesson, name, value)
    _changed(it, by)


def add_question(it: CourseVersion, *, told: QuestionText, version: int, by: Viewer) -> Question:
    """Add a question at the end of a draft."""
    _open(it, version)
    question = Question(course_version_id=it.id, position=_next(Question, it))
    _fill(question, told)
    db.session.add(question)
    _changed(it, by)
    return question


def change_question(
    it: CourseVersion, question: Question, *, told: QuestionText, version: int, by: Viewer
) -> None:
    """Ask it differently."""
    _open(it, version)
    question.choices.clear()
    # The places of the choices are unique: the old ones go before the new ones come.
    db.session.flush()
    _fill(question, told)
    _changed(it, by)


def remove_part(it: CourseVersion, part: Lesson | Question, *, version: int, by: Viewer) -> None:
    """Take a lesson or a question out of a draft; those after it move up."""
    _open(it, version)
    rows: list[Lesson] | list[Question] = it.lessons if isinstance(part, Lesson) else it.questions
    after = [one for one in rows if one.position > part.position]
    db.session.delete(part)
    db.session.flush()
    for one in after:
        one.position -= 1
        db.session.flush()
    db.session.expire(it, ["lessons", "questions"])
    _changed(it, by)


def publish(it: CourseVersion, *, version: int, by: Viewer) -> None:
    """Publish a draft: from now on it stands, and new assignments get it. Refused with what is still lacking."""
    for words in rules.lacking(plan_of(it)):
        raise Refused(words)
    move(
        it, flow.VERSIONS, "publish", by=by, version=version, published_at=clock.now(), published_by_id=by.id
    )
    record(flow.COURSE_PUBLISHED, it.course, by=by, course=it.course.both, number=it.number)


def revise(course: Course, *, by: Viewer) -> CourseVersion:
    """Open the next draft as a copy of the last version. Refused while there is one."""
    last = latest(course.id)
    if last.state == flow.DRAFT:
        raise Refused(N_("There is a draft of this course already."))
    it = CourseVersion(
        course_id=course.id, number=last.number + 1, state=flow.VERSIONS.start, least_percent=last.least_percent,
        draw=last.draw, tries=last.tries, minutes=last.minutes,
        # An old tab of the last version must not fit this one.
        version=last.version + 1,
    )  # fmt: skip
    db.session.add(it)
    db.session.flush()
    for one in last.lessons:
        told = LessonText(one.title, one.title_zh, one.text, one.text_zh, one.minutes)
        db.session.add(Lesson(course_version_id=it.id, position=one.position, **vars(told)))
    for asked in last.questions:
        copy = Question(course_version_id=it.id, position=asked.position)
        _fill(copy, told_by(asked))
        db.session.add(copy)
    record(flow.CHANGED, course, by=by, course=course.both)
    return it


def latest(course_id: int) -> CourseVersion:
    """The newest version of a course, draft or not."""
    rows = select(CourseVersion).where(CourseVersion.course_id == course_id)
    return db.session.execute(rows.order_by(CourseVersion.number.desc()).limit(1)).scalar_one()


def told_by(question: Question) -> QuestionText:
    """A question as the form and the copy read it."""
    choices = question.choices
    return QuestionText(
        text=question.text, text_zh=question.text_zh, choices=[one.text for one in choices],
        choices_zh=[one.text_zh for one in choices], reason=question.reason, reason_zh=question.reason_zh,
        right=next((place for place, one in enumerate(choices, 1) if one.right), 0),
    )  # fmt: skip


def plan_of(it: CourseVersion) -> rules.Plan:
    """What a draft holds, as counts."""
    return rules.Plan(
        named_in_both=bool(it.course.name and it.course.name_zh),
        lessons=len(it.lessons),
        lessons_in_both=sum(all((one.title, one.title_zh, one.text, one.text_zh)) for one in it.lessons),
        questions=len(it.questions),
        questions_in_both=sum(bool(one.text and one.text_zh) for one in it.questions),
        questions_answerable=sum(_answerable(one) for one in it.questions),
        drawn=it.draw,
    )


def _answerable(question: Question) -> bool:
    told = all(one.text and one.text_zh for one in question.choices)
    one_right = sum(one.right for one in question.choices) == 1
    return told and one_right and len(question.choices) >= rules.FEWEST_CHOICES


def _open(it: CourseVersion, version: int) -> None:
    grow(it, version)
    if it.state != flow.DRAFT:
        raise Refused(N_("What was published stands. Open the next draft to change it."))


def _next(kind: type[Lesson] | type[Question], it: CourseVersion) -> int:
    last = select(func.max(kind.position)).where(kind.course_version_id == it.id)
    return (db.session.execute(last).scalar() or 0) + 1


def _fill(question: Question, told: QuestionText) -> None:
    question.text, question.text_zh = told.text, told.text_zh
    question.reason, question.reason_zh = told.reason, told.reason_zh
    pairs = zip(told.choices, told.choices_zh, strict=True)
    for place, (text, text_zh) in enumerate(pairs, 1):
        question.choices.append(Choice(position=place, text=text, text_zh=text_zh, right=place == told.right))


def _changed(it: CourseVersion, by: Viewer) -> None:
    db.session.flush()
    db.session.expire(it, ["lessons", "questions"])
    record(flow.CHANGED, it.course, by=by, course=it.course.both)
