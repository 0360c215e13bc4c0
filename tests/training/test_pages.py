"""A course is taken from the first lesson to the certificate; the trainer writes one and gives it."""

import re
from datetime import date, timedelta
from typing import Any

from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.identity.models import Membership, Team
from portal.measures.models import UsageDay
from portal.training.commands import courses
from portal.training.models import Assignment, Attempt, Certificate, Choice, Course
from tests import making
from tests.cast import person
from tests.client import PortalClient
from tests.counting import statements

ClientFor = Any


def given_a_course(**limits: int) -> int:
    with clock.at(making.MONDAY), unit_of_work():
        return making.assignment(of=making.course("Credit light", **limits), due=date(2026, 11, 6)).id


def test_from_the_first_lesson_to_the_certificate(client_for: ClientFor) -> None:
    number = given_a_course()
    rep: PortalClient = client_for("rep")
    assert "Credit light" in rep.get("/training").text
    assert "<strong>this</strong>" in rep.get(f"/training/assignments/{number}/lessons/1").text
    for position in (1, 2):
        answer = rep.submit(f"/training/assignments/{number}/lessons/{position}/reading", {"version": 1})
        assert answer.status_code == 303
    assert "all lessons read, the quiz is left" in rep.get("/").text
    answer = rep.submit(f"/training/assignments/{number}/attempts", {"version": 1})
    assert re.fullmatch(r"/training/attempts/\d+", answer.headers["Location"])
    attempt = db.session.get_one(Attempt, int(answer.headers["Location"].rsplit("/", 1)[1]))
    given = {f"q{question}": choice for question, choice in making.answers(attempt).items()}
    path = f"/training/attempts/{attempt.id}"
    db.session.rollback()
    half = dict(list(given.items())[:1])
    refused = rep.submit(f"{path}/answers", half)
    assert refused.status_code == 422
    assert f'value="{next(iter(half.values()))}" checked' in refused.text
    assert rep.submit(f"{path}/answers", given).status_code == 303
    page = rep.get(path).text
    assert "Passed: 2 of 2 right." in page
    certificate = re.search(r"/training/certificates/\d+", page)
    assert certificate is not None
    assert "C-20" in rep.get(certificate.group()).text
    assert rep.get("/training").text.count("Open the certificate") == 1


def test_an_open_try_does_not_tell_what_is_right(client_for: ClientFor) -> None:
    with unit_of_work():
        it = making.assignment()
        making.all_read(it)
        from portal.training.commands import learning

        number = learning.open_try(it, by=making.viewer("rep")).id
    page = client_for("rep").get(f"/training/attempts/{number}").text
    assert not re.search("checked|data-right|Right:", page)


def test_a_try_that_failed_tells_the_own_answer_and_not_the_right_one(client_for: ClientFor) -> None:
    with unit_of_work():
        it = making.assignment()
        making.all_read(it)
        from portal.training.commands import learning

        attempt = learning.open_try(it, by=making.viewer("rep"))
        number, right = attempt.id, making.answers(attempt)
        rows = db.session.query(Choice).filter(Choice.question_id.in_(right), Choice.right.is_(False))
        wrong = {one.question_id: (one.id, one.shown("en")) for one in rows}
    rep = client_for("rep")
    given = {f"q{key}": choice for key, (choice, _words) in wrong.items()}
    assert rep.submit(f"/training/attempts/{number}/answers", given).status_code == 303
    page = rep.get(f"/training/attempts/{number}").text
    assert [f"Not right: {words}" in page for _id, words in wrong.values()] == [True] * len(right)
    assert "Right: " not in page


def test_lessons_carry_no_script(client_for: ClientFor) -> None:
    from portal.training.commands import courses, learning

    text = '<script>alert(1)</script> [x](javascript:alert(1)) ![y](https://elsewhere.example/p.png) <b onclick="x">b</b>'
    with unit_of_work():
        trainer = making.viewer("trainer")
        it = making.course()
        draft = courses.revise(it, by=trainer)
        told = courses.LessonText("Lesson", "课", text, text)
        courses.change_lesson(draft, draft.lessons[0], told=told, version=draft.version, by=trainer)
        courses.publish(draft, version=draft.version, by=trainer)
        number = learning.assign(it, people=[making.viewer("rep").id or 0], due_day=None, by=trainer)[0].id
    page = client_for("rep").get(f"/training/assignments/{number}/lessons/1").text
    lesson = page[page.index('class="lesson') : page.index("</article>")]
    assert "<script" not in lesson
    assert "<img" not in lesson
    assert 'href="javascript' not in lesson
    assert "<b onclick" not in lesson


def test_a_trainer_writes_a_course_and_gives_it(client_for: ClientFor) -> None:
    trainer: PortalClient = client_for("trainer")
    answer = trainer.submit("/training/courses", {"name": "Visit notes", "name_zh": "拜访记录"})
    path = answer.headers["Location"]
    lesson = {
        "title": "Why",
        "title_zh": "为什么",
        "text": "Because.",
        "text_zh": "因为。",
        "minutes": "4",
        "version": "1",
    }
    assert trainer.submit(f"{path}/lessons", lesson).status_code == 303
    question = {
        "text": "When?", "text_zh": "何时？", "choices": "Same day\nNext week", "choices_zh": "当天\n下周",
        "right": "3", "version": "2",
    }  # fmt: skip
    refused = trainer.submit(f"{path}/questions", question)
    assert refused.status_code == 422
    assert "There is no such line." in refused.text
    assert "Next week" in refused.text
    assert trainer.submit(f"{path}/questions", question | {"right": "1"}).status_code == 303
    assert trainer.submit(f"{path}/publication", {"version": "3"}).status_code == 303
    nobody = trainer.submit(f"{path}/assignments", {"role": "", "team_id": "0", "person_text": ""})
    assert nobody.status_code == 422
    assert "Choose a role, a team or a person." in nobody.text
    given = trainer.submit(f"{path}/assignments", {"role": "rep", "team_id": "0", "due_day": ""})
    assert given.status_code == 303
    assert "3 people have the course now." in trainer.get(given.headers["Location"]).text
    assert "Visit notes" in client_for("stranger").get("/training").text


def test_a_part_is_taken_out_whatever_else_was_typed(client_for: ClientFor) -> None:
    with unit_of_work():
        of = making.course("Credit light")
        courses.revise(of, by=making.viewer("trainer"))
        version = courses.latest(of.id).version
    trainer, path = client_for("trainer"), f"/training/courses/{of.id}"
    typed = {"title": "", "text": "", "minutes": "soon", "choices": "One", "right": "9"}
    for part in ("lessons", "questions"):
        form = trainer.get(f"{path}/{part}/1").text
        assert f'formaction="{path}/{part}/1/removal"' in form
        late = trainer.submit(f"{path}/{part}/1/removal", typed | {"version": "0"})
        assert late.status_code == 409
        assert 'value="soon"' in late.text or 'value="9"' in late.text
        assert trainer.submit(f"{path}/{part}/1/removal", typed | {"version": version}).status_code == 303
        version += 1
    db.session.rollback()
    draft = courses.latest(of.id)
    assert (len(draft.lessons), len(draft.questions)) == (1, 1)


def test_nothing_is_taken_out_of_what_was_published(client_for: ClientFor) -> None:
    with unit_of_work():
        of = making.course("Credit light")
        version = courses.latest(of.id).version
    trainer, path = client_for("trainer"), f"/training/courses/{of.id}"
    for part in ("lessons", "questions"):
        assert "removal" not in trainer.get(f"{path}/{part}/1").text
        assert client_for("rep").submit(f"{path}/{part}/1/removal", {"version": version}).status_code == 403
        refused = trainer.submit(f"{path}/{part}/1/removal", {"version": version})
        assert refused.status_code == 422
    db.session.rollback()
    edition = courses.latest(of.id)
    assert (len(edition.lessons), len(edition.questions), edition.version) == (2, 2, version)


def test_who_comes_second_to_a_lesson_can_send_again(client_for: ClientFor) -> None:
    with unit_of_work():
        of = making.course("Credit light")
        courses.revise(of, by=making.viewer("trainer"))
        draft = courses.latest(of.id)
        seen = draft.version
        told = courses.LessonText("A title", "", "A text", "")
        courses.change_lesson(draft, draft.lessons[0], told=told, version=seen, by=making.viewer("pm"))
    trainer, path = client_for("trainer"), f"/training/courses/{of.id}/lessons/1"
    typed = {"title": "Mine", "text": "Mine too.", "version": seen}
    late = trainer.submit(path, typed)
    assert late.status_code == 409
    assert "Qian Bo was quicker, today " in late.text
    assert 'value="Mine"' in late.text
    again = re.search(r'name="version"[^>]*value="(\d+)"', late.text)
    assert again is not None
    assert trainer.submit(path, typed | {"version": again[1]}).status_code == 303


def test_a_manager_sees_his_team_and_only_it(client_for: ClientFor) -> None:
    with unit_of_work():
        of = making.course("Credit light")
        making.assignment("rep", of)
        making.assignment("stranger", of)
    page = client_for("manager").get("/training/results").text
    assert "Wang Lei" in page
    assert "Lin Qi" not in page
    assert "Lin Qi" in client_for("trainer").get("/training/results").text


def test_who_moves_to_another_team_takes_his_results_with_him(client_for: ClientFor) -> None:
    with unit_of_work():
        making.passed("rep")
        making.assignment("colleague", making.course("Credit light"))
        number = db.session.query(Certificate).one().id
        home = db.session.query(Membership).filter_by(person_id=person("rep").id).one()
        home.until = clock.today("Asia/Shanghai")
        south = db.session.query(Team).filter_by(name="Sales South").one()
        db.session.add(Membership(person_id=home.person_id, team_id=south.id, since=home.until))
    old, new = client_for("manager"), client_for("other_manager")
    page = old.get("/training/results").text
    assert "Zhao Ming" in page
    assert "Wang Lei" not in page
    assert old.get(f"/training/certificates/{number}").status_code == 404
    page = new.get("/training/results").text
    assert "Wang Lei" in page
    assert "Sales South" in page
    assert new.get(f"/training/certificates/{number}").status_code == 200


def test_chinese(client_for: ClientFor) -> None:
    number = given_a_course()
    page = client_for("rep").get(f"/training/assignments/{number}?lang=zh").text
    assert "先读约 6 分钟，再答题。" in page


def test_pages_ask_few_questions_whatever_there_is(client_for: ClientFor) -> None:
    rep = client_for("rep")
    with unit_of_work():
        numbers = [making.assignment().id for _ in range(2)]
    few = _asked(rep, "/training")
    with unit_of_work():
        for _ in range(5):
            making.assignment()
    assert _asked(rep, "/training") == few
    assert few <= 12
    assert _asked(rep, f"/training/assignments/{numbers[0]}") <= 16
    db.session.rollback()
    assert db.session.query(Assignment).count() == 7
    assert db.session.query(Course).count() == 7


def test_what_is_next_and_what_the_last_course_changed(client_for: ClientFor) -> None:
    number = given_a_course()
    rep = client_for("rep")
    page = rep.get("/training").text
    assert "lesson 1 of 2 is next" in page
    assert f"/training/assignments/{number}/lessons/1" in page
    assert "What the last one changed for you" not in page
    with unit_of_work():
        making.all_read(db.session.get_one(Assignment, number))
    page = rep.get("/training").text
    assert "missing: the questions" in page
    passed = clock.today("Asia/Shanghai") - timedelta(days=30)
    with unit_of_work():
        rep_id = person("rep").id
        it = db.session.get_one(Assignment, number)
        db.session.add(
            Certificate(
                number="C-2026-0001", person_id=rep_id, course_version_id=it.course_version_id, cycle=1,
                assignment_id=number, right=2, asked=2, issued_at=clock.now(), day=passed,
            )
        )  # fmt: skip
        for apart in (-40, -3, 0, 5, 6, 29):
            day = passed + timedelta(days=apart)
            db.session.add(
                UsageDay(person_id=rep_id, day=day, features={"talks": 2}, actions=2, meaningful=True)
            )
    page = rep.get("/training").text
    assert ">2</a> <small>days</small>" in page
    assert "1 in the four weeks before it." in page


def _asked(client: Any, path: str) -> int:
    client.get(path)
    return statements(lambda: client.get(path))
