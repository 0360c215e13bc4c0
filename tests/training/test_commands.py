"""Courses are frozen when published; completion, passing and certificate are one each; tries are graded here."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.core.errors import Refused, Stale
from portal.notifications.models import Notification
from portal.training import flow, rules
from portal.training.commands import courses, learning
from portal.training.models import Assignment, Attempt, Certificate, Completion, Course
from portal.training.queries import learning as queries
from tests import making
from tests.cast import person
from tests.counting import waiting


@pytest.fixture(autouse=True)
def in_a_unit(app: Flask) -> Iterator[None]:
    with clock.at(making.MONDAY), unit_of_work():
        yield


def count(table: type) -> int:
    return db.session.execute(select(func.count()).select_from(table)).scalar_one()


def answered(it: Assignment, *, right: bool) -> Attempt:
    attempt = learning.open_try(it, by=making.viewer("rep"))
    learning.hand_in(attempt, given=making.answers(attempt, right), by=making.viewer("rep"))
    return attempt


def test_a_pass_leaves_one_completion_of_each_kind_and_one_certificate() -> None:
    told = making.passed()
    assert told["assignment"].state == "passed"
    assert {one.kind for one in db.session.execute(select(Completion)).scalars()} == {"completed", "passed"}
    assert told["certificate"].number == "C-2026-0001"
    assert making.passed("colleague")["certificate"].number == "C-2026-0002"


def test_the_navigation_calls_urgent_what_the_page_calls_urgent() -> None:
    today, soon = making.MONDAY.date(), rules.SOON
    for who, days in (("rep", soon), ("colleague", soon + 1)):
        it = making.assignment(who, due=today + timedelta(days=days))
        urgent = rules.urgency(it.due_day, today) == "now"
        assert waiting("training.index", making.viewer(who)) == (1, int(urgent))


def test_completed_is_not_passed() -> None:
    it = making.assignment()
    making.all_read(it)
    answered(it, right=False)
    assert it.state == "completed"
    assert [one.kind for one in db.session.execute(select(Completion)).scalars()] == ["completed"]
    answered(it, right=True)
    assert (it.state, count(Completion), count(Certificate)) == ("passed", 2, 1)


def test_the_quiz_opens_when_all_lessons_are_read() -> None:
    it = making.assignment()
    learning.read_lesson(it, it.edition.lessons[0], by=making.viewer("rep"))
    with pytest.raises(Refused):
        learning.open_try(it, by=making.viewer("rep"))


def test_reading_again_changes_nothing() -> None:
    it = making.assignment()
    making.all_read(it)
    making.all_read(it)
    assert queries.unread(it) == 0
    assert len(queries.learning(it).read) == 2


def test_an_open_try_is_gone_on_with() -> None:
    it = making.assignment()
    making.all_read(it)
    first = learning.open_try(it, by=making.viewer("rep"))
    assert learning.open_try(it, by=making.viewer("rep")).id == first.id


def test_only_answers_to_what_was_asked_are_kept() -> None:
    it = making.assignment()
    making.all_read(it)
    attempt = learning.open_try(it, by=making.viewer("rep"))
    given = making.answers(attempt, right=True)
    learning.hand_in(attempt, given=given | {10**8: 1}, by=making.viewer("rep"))
    assert attempt.given == {str(question): choice for question, choice in given.items()}


def test_a_try_counts_once() -> None:
    it = making.assignment()
    making.all_read(it)
    attempt = answered(it, right=False)
    with pytest.raises(Refused):
        learning.hand_in(attempt, given=making.answers(attempt), by=making.viewer("rep"))
    assert not attempt.passed


def test_open_questions_are_asked_about_once() -> None:
    it = making.assignment()
    making.all_read(it)
    attempt = learning.open_try(it, by=making.viewer("rep"))
    with pytest.raises(Refused):
        learning.hand_in(attempt, given={}, by=making.viewer("rep"))
    learning.hand_in(attempt, given={}, as_it_is=True, by=making.viewer("rep"))
    assert (attempt.right, it.state) == (0, "completed")


def test_the_last_try_ends_it_and_the_trainer_gives_another() -> None:
    it = making.assignment(of=making.course(tries=1))
    making.all_read(it)
    answered(it, right=False)
    assert it.state == "failed"
    with pytest.raises(Refused):
        learning.open_try(it, by=making.viewer("rep"))
    learning.reopen(it, version=it.version, by=making.viewer("trainer"))
    answered(it, right=True)
    assert (it.state, count(Completion), count(Certificate)) == ("passed", 2, 1)


def test_a_try_that_is_open_when_the_course_is_waived_moves_nothing() -> None:
    it = making.assignment(of=making.course(minutes=5))
    making.all_read(it)
    attempt = learning.open_try(it, by=making.viewer("rep"))
    learning.waive(it, reason="Knows it", version=it.version, by=making.viewer("trainer"))
    learning.hand_in(attempt, given=making.answers(attempt), by=making.viewer("rep"))
    assert (attempt.passed, it.state) == (True, "waived")
    assert db.session.query(Certificate).count() == 0


def test_what_comes_after_the_time_does_not_count() -> None:
    it = making.assignment(of=making.course(minutes=5))
    making.all_read(it)
    attempt = learning.open_try(it, by=making.viewer("rep"))
    with clock.at(making.MONDAY + timedelta(minutes=6, seconds=1)):
        learning.hand_in(attempt, given=making.answers(attempt), by=making.viewer("rep"))
    assert (attempt.right, attempt.passed, it.state) == (0, False, "completed")
    assert attempt.given


def test_nobody_takes_the_course_of_another() -> None:
    it = making.assignment()
    with pytest.raises(Refused):
        learning.read_lesson(it, it.edition.lessons[0], by=making.viewer("trainer"))


def test_what_was_published_stands() -> None:
    it = making.course()
    edition = courses.latest(it.id)
    told = courses.LessonText("New", "新", "New", "新")
    with pytest.raises(Refused):
        courses.add_lesson(edition, told=told, version=edition.version, by=making.viewer("trainer"))
    with pytest.raises(Refused):
        courses.set_rules(
            edition,
            least_percent=1,
            draw=0,
            tries=0,
            minutes=0,
            version=edition.version,
            by=making.viewer("trainer"),
        )


def test_a_new_version_reaches_only_new_assignments() -> None:
    it = making.course()
    old = making.assignment(of=it)
    draft = courses.revise(it, by=making.viewer("trainer"))
    assert draft.version > old.edition.version, "an old tab fits the next draft"
    courses.remove_part(draft, draft.lessons[0], version=draft.version, by=making.viewer("trainer"))
    assert [one.position for one in draft.lessons] == [1]
    assert making.assignment("colleague", it).course_version_id == old.course_version_id
    courses.publish(draft, version=draft.version, by=making.viewer("trainer"))
    assert making.assignment("stranger", it).course_version_id == draft.id
    assert len(old.edition.lessons) == 2
    assert [len(one.choices) for one in draft.questions] == [2, 2]


def test_a_course_is_given_once_until_there_is_a_newer_version() -> None:
    it = making.course()
    making.passed("rep", it)
    trainer = making.viewer("trainer")
    assert learning.assign(it, people=[person("rep").id], due_day=None, by=trainer) == []
    draft = courses.revise(it, by=trainer)
    courses.publish(draft, version=draft.version, by=trainer)
    again = learning.assign(it, people=[person("rep").id, person("rep").id], due_day=None, by=trainer)
    assert [one.cycle for one in again] == [2]
    assert count(Certificate) == 1


def test_an_unfinished_course_is_not_published() -> None:
    trainer = making.viewer("trainer")
    it = courses.create_course(name="Empty", name_zh="空", by=trainer)
    edition = courses.latest(it.id)
    with pytest.raises(Refused):
        courses.publish(edition, version=edition.version, by=trainer)
    with pytest.raises(Refused):
        learning.assign(it, people=[person("rep").id], due_day=None, by=trainer)


def test_two_writers_do_not_overwrite_one_another() -> None:
    trainer = making.viewer("trainer")
    it = courses.create_course(name="One", name_zh="一", by=trainer)
    courses.rename_course(it, name="Two", name_zh="二", version=1, by=trainer)
    with pytest.raises(Stale):
        courses.rename_course(it, name="Three", name_zh="三", version=1, by=trainer)


def test_a_waiver_needs_a_reason_and_can_be_taken_back() -> None:
    it = making.assignment()
    trainer = making.viewer("trainer")
    with pytest.raises(Refused):
        learning.waive(it, reason=" ", version=it.version, by=trainer)
    learning.waive(it, reason="On leave", version=it.version, by=trainer)
    assert (it.state, it.reason) == ("waived", "On leave")
    learning.reopen(it, version=it.version, by=trainer)
    assert (it.state, it.extra_tries) == ("started", 0)


def test_a_waiver_of_one_who_had_no_try_left_is_taken_back_with_one() -> None:
    it = making.assignment(of=making.course(tries=1))
    making.all_read(it)
    answered(it, right=False)
    trainer = making.viewer("trainer")
    learning.waive(it, reason="On leave", version=it.version, by=trainer)
    learning.reopen(it, version=it.version, by=trainer)
    answered(it, right=True)
    assert it.state == "passed"


def test_each_reads_for_himself() -> None:
    of = making.course()
    it, other = making.assignment(of=of), making.assignment("colleague", of)
    making.all_read(other, "colleague")
    making.all_read(it)
    assert (queries.unread(it), queries.unread(other)) == (0, 0)
    assert [one.cycle for one in (it, other, making.assignment())] == [1, 1, 1], "counted by person and course"


def test_nobody_opens_or_hands_in_a_try_of_another() -> None:
    it = making.assignment()
    making.all_read(it)
    with pytest.raises(Refused):
        learning.open_try(it, by=making.viewer("colleague"))
    attempt = learning.open_try(it, by=making.viewer("rep"))
    with pytest.raises(Refused):
        learning.hand_in(attempt, given=making.answers(attempt), by=making.viewer("colleague"))
    assert attempt.handed_in_at is None


def test_a_try_grows_the_version_of_what_it_moves_so_that_two_at_once_follow_one_another() -> None:
    it = making.assignment()
    making.all_read(it)
    before = it.version
    attempt = learning.open_try(it, by=making.viewer("rep"))
    assert (it.version, attempt.deadline) == (before + 1, None), "a course without limit has no deadline"
    before = attempt.version
    learning.hand_in(attempt, given=making.answers(attempt), by=making.viewer("rep"))
    assert attempt.version == before + 1


def test_a_course_that_is_passed_is_closed_and_so_is_one_whose_tries_are_used() -> None:
    done = making.passed("rep")["assignment"]
    with pytest.raises(Refused, match="closed for you"):
        learning.open_try(done, by=making.viewer("rep"))
    it = making.assignment(of=making.course(tries=1))
    making.all_read(it)
    answered(it, right=False)
    it.state = "completed"
    with pytest.raises(Refused, match="no try left"):
        learning.open_try(it, by=making.viewer("rep"))


def test_what_comes_after_the_time_is_taken_as_it_is() -> None:
    it = making.assignment(of=making.course(minutes=5))
    making.all_read(it)
    attempt = learning.open_try(it, by=making.viewer("rep"))
    with clock.at(making.MONDAY + timedelta(minutes=7)):
        learning.hand_in(attempt, given={}, by=making.viewer("rep"))
    assert (attempt.right, it.state) == (0, "completed")


def test_a_try_whose_time_ran_out_is_closed_once() -> None:
    it = making.assignment(of=making.course(minutes=5))
    making.all_read(it)
    attempt = learning.open_try(it, by=making.viewer("rep"))
    before = attempt.version
    late = making.MONDAY + timedelta(minutes=7)
    assert [learning.close_overdue(late), learning.close_overdue(late)] == [1, 0]
    assert attempt.version == before + 1


def test_who_is_let_off_and_who_gets_another_try_is_told_and_not_reminded() -> None:
    it = making.assignment(due=date(2026, 11, 4))
    trainer = making.viewer("trainer")
    learning.waive(it, reason="On leave", version=it.version, by=trainer)
    assert (told("training.waived"), learning.remind_due(date(2026, 11, 3))) == (1, 0)
    learning.reopen(it, version=it.version, by=trainer)
    assert (told("training.reopened"), learning.remind_due(date(2026, 11, 3))) == (1, 1)


def test_each_has_completions_of_his_own_and_a_second_miss_moves_nothing() -> None:
    of = making.course()
    making.passed("rep", of)
    making.passed("colleague", of)
    assert count(Completion) == 4
    it = making.assignment()
    making.all_read(it)
    for _ in range(2):
        answered(it, right=False)
    assert (it.state, count(Completion)) == ("completed", 5)


def test_whoever_gave_the_course_is_told_that_its_last_try_was_missed() -> None:
    it = making.assignment(of=making.course(tries=1))
    making.all_read(it)
    answered(it, right=False)
    rows = select(Notification.person_id, Notification.path).where(Notification.kind == flow.TOLD_FAILED.key)
    assert db.session.execute(rows).all() == [(person("trainer").id, f"/training/results/{it.id}")]
    given = select(Notification.path).where(Notification.kind == flow.TOLD_GIVEN.key)
    assert db.session.execute(given).scalar_one() == f"/training/assignments/{it.id}"


def test_a_course_may_be_due_on_the_day_on_which_it_is_given() -> None:
    assert making.assignment(due=date(2026, 11, 2)).due_day == date(2026, 11, 2)


def test_who_gets_a_course_is_told_and_reminded_the_day_before() -> None:
    making.assignment(due=date(2026, 11, 4))
    assert told("training.assigned") == 1
    assert learning.remind_due(date(2026, 11, 2)) == 0
    assert learning.remind_due(date(2026, 11, 3)) == 1
    assert learning.remind_due(date(2026, 11, 3)) == 0


def told(kind: str) -> int:
    rows = select(func.count()).where(Notification.kind == kind, Notification.person_id == person("rep").id)
    return db.session.execute(rows).scalar_one()


def test_a_day_that_has_passed_is_refused() -> None:
    with pytest.raises(Refused):
        making.assignment(due=date(2026, 11, 1))


def test_passing_days_tell_from_when_to_when() -> None:
    it: Course = making.course()
    making.passed("rep", it)
    day = date(2026, 11, 2)
    assert queries.passings(it.id, day) == [(person("rep").id, day, day)]
    assert queries.passings(it.id, day + timedelta(days=1)) == []


def test_trained_is_who_has_passed_all_that_he_has_to_take() -> None:
    day, before = date(2026, 11, 2), date(2026, 11, 1)
    done = making.passed("rep")["assignment"]
    making.assignment("colleague", done.course)
    waived = making.assignment("service")
    learning.waive(waived, reason="Knows it", version=waived.version, by=making.viewer("trainer"))
    rep, colleague = person("rep").id, person("colleague").id
    assert queries.trained(day, day) == {rep: [1], colleague: [0]}
    assert queries.trained(before, before) == {}
    with clock.at(making.MONDAY + timedelta(days=1)):
        making.passed("colleague", making.course())
        making.assignment("rep")
    assert queries.trained(day, day) == {rep: [1], colleague: [0]}
    assert queries.trained(day, day + timedelta(days=1)) == {rep: [0], colleague: [0]}


def test_overdue_tries_are_closed_once() -> None:
    it = making.assignment(of=making.course(minutes=5, tries=1))
    making.all_read(it)
    learning.open_try(it, by=making.viewer("rep"))
    later = making.MONDAY + timedelta(minutes=7)
    assert learning.close_overdue(making.MONDAY + timedelta(minutes=6)) == 0, "within the minute of grace"
    with clock.at(later):
        assert learning.close_overdue(later) == 1
        assert learning.close_overdue(later) == 0
    assert it.state == "failed"
