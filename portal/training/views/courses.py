"""Write courses: lessons and questions of the draft, publication, who gets them."""

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.core.errors import NotFound
from portal.identity.queries.people import meant
from portal.training.commands import courses as commands
from portal.training.commands import learning
from portal.training.flow import DRAFT, FLOW, VERSIONS
from portal.training.forms import (
    ActForm,
    AssignForm,
    CourseForm,
    LessonForm,
    LessonRemovalForm,
    QuestionForm,
    QuestionRemovalForm,
    RenameForm,
    RulesForm,
)
from portal.training.models import Course, CourseVersion, Lesson, Question
from portal.training.queries import courses as queries
from portal.training.queries import results
from portal.training.rules import lacking
from portal.training.views import pages
from portal.web.answers import done, page
from portal.web.fields import Form
from portal.web.pages import viewer


@pages.get("/training/courses", may="training.manage")
def courses(form: Form | None = None, status: int = 200) -> ResponseReturnValue:
    """All courses, with how far the people are."""
    standings = queries.standings(viewer())
    return page(
        "training/courses.html", status, standings=standings, form=form or CourseForm(), states=VERSIONS.names
    )


@pages.post("/training/courses", may="training.manage", form=CourseForm, back=courses)
def create(form: CourseForm) -> ResponseReturnValue:
    """Begin a course."""
    it = commands.create_course(name=form.name.data or "", name_zh=form.name_zh.data or "", by=viewer())
    return done("training.course", id=it.id, say=_("Add lessons and questions, then publish it."))


@pages.get("/training/courses/<int:id>", may="training.manage", on=Course)
def course(it: Course, form: Form | None = None, status: int = 200) -> ResponseReturnValue:
    """A course: its newest version, what a draft still lacks, who has it."""
    edition = queries.with_parts(it.id)
    return page(
        "training/course.html", status, it=it, form=form, edition=edition, is_draft=edition.state == DRAFT,
        lacking=lacking(commands.plan_of(edition)), versions=queries.versions_of(it.id), states=VERSIONS.names,
        counts=queries.states(it.id), standing=FLOW.names, published=queries.published(it.id),
    )  # fmt: skip


@pages.get("/training/courses/<int:id>/name", may="training.manage", on=Course)
def name(it: Course, form: RenameForm | None = None, status: int = 200) -> ResponseReturnValue:
    """What the course is called."""
    form = form or RenameForm(obj=it)
    form.meets(it.version)
    return page("training/name.html", status, it=it, form=form)


@pages.post("/training/courses/<int:id>/name", may="training.manage", on=Course, form=RenameForm, back=name)
def rename(it: Course, form: RenameForm) -> ResponseReturnValue:
    """Call it something else."""
    commands.rename_course(
        it,
        name=form.name.data or "",
        name_zh=form.name_zh.data or "",
        version=form.version.data or 0,
        by=viewer(),
    )
    return done("training.course", id=it.id, say=_("Saved."))


@pages.get("/training/courses/<int:id>/rules", may="training.manage", on=Course)
def rules(it: Course, form: RulesForm | None = None, status: int = 200) -> ResponseReturnValue:
    """How the quiz of the draft is held."""
    edition = queries.with_parts(it.id)
    form = form or RulesForm(obj=edition)
    form.meets(edition.version)
    return page("training/rules.html", status, it=it, edition=edition, form=form)


@pages.post("/training/courses/<int:id>/rules", may="training.manage", on=Course, form=RulesForm, back=rules)
def set_rules(it: Course, form: RulesForm) -> ResponseReturnValue:
    """Say how the quiz of the draft is held."""
    given = form.given()
    commands.set_rules(queries.with_parts(it.id), **given, version=form.version.data or 0, by=viewer())
    return done("training.course", id=it.id, say=_("Saved."))


@pages.get("/training/courses/<int:id>/lessons/new", may="training.manage", on=Course)
def new_lesson(it: Course, form: LessonForm | None = None, status: int = 200) -> ResponseReturnValue:
    """A lesson to be written."""
    edition = queries.with_parts(it.id)
    form = form or LessonForm()
    form.meets(edition.version)
    return page("training/lesson_edit.html", status, it=it, lesson=None, form=form)


@pages.post(
    "/training/courses/<int:id>/lessons", may="training.manage", on=Course, form=LessonForm, back=new_lesson
)
def add_lesson(it: Course, form: LessonForm) -> ResponseReturnValue:
    """Add a lesson to the draft."""
    version = form.version.data or 0
    commands.add_lesson(queries.with_parts(it.id), told=form.told, version=version, by=viewer())
    return done("training.course", id=it.id, say=_("Saved."))


@pages.get("/training/courses/<int:id>/lessons/<int:position>", may="training.manage", on=Course)
def edit_lesson(
    it: Course, position: int, form: LessonForm | None = None, status: int = 200
) -> ResponseReturnValue:
    """A lesson of the newest version, to be read or changed."""
    edition = queries.with_parts(it.id)
    lesson = _lesson(edition, position)
    form = form or LessonForm(obj=lesson)
    form.meets(edition.version)
    return page(
        "training/lesson_edit.html", status, it=it, lesson=lesson, form=form, is_draft=edition.state == DRAFT
    )


@pages.post(
    "/training/courses/<int:id>/lessons/<int:position>",
    may="training.manage",
    on=Course,
    form=LessonForm,
    back=edit_lesson,
)
def save_lesson(it: Course, form: LessonForm, position: int) -> ResponseReturnValue:
    """Change a lesson of the draft."""
    edition = queries.with_parts(it.id)
    lesson, version = _lesson(edition, position), form.version.data or 0
    commands.change_lesson(edition, lesson, told=form.told, version=version, by=viewer())
    return done("training.course", id=it.id, say=_("Saved."))


@pages.post(
    "/training/courses/<int:id>/lessons/<int:position>/removal",
    may="training.manage", on=Course, form=LessonRemovalForm, back=edit_lesson,
)  # fmt: skip
def remove_lesson(it: Course, form: LessonRemovalForm, position: int) -> ResponseReturnValue:
    """Take a lesson out of the draft."""
    edition = queries.with_parts(it.id)
    commands.remove_part(edition, _lesson(edition, position), version=form.version.data or 0, by=viewer())
    return done("training.course", id=it.id, say=_("The lesson was taken out."))


@pages.get("/training/courses/<int:id>/questions/new", may="training.manage", on=Course)
def new_question(it: Course, form: QuestionForm | None = None, status: int = 200) -> ResponseReturnValue:
    """A question to be written."""
    edition = queries.with_parts(it.id)
    form = form or QuestionForm()
    form.meets(edition.version)
    return page("training/question_edit.html", status, it=it, question=None, form=form)


@pages.post(
    "/training/courses/<int:id>/questions",
    may="training.manage",
    on=Course,
    form=QuestionForm,
    back=new_question,
)
def add_question(it: Course, form: QuestionForm) -> ResponseReturnValue:
    """Add a question to the draft."""
    version = form.version.data or 0
    commands.add_question(queries.with_parts(it.id), told=form.told, version=version, by=viewer())
    return done("training.course", id=it.id, say=_("Saved."))


@pages.get("/training/courses/<int:id>/questions/<int:position>", may="training.manage", on=Course)
def edit_question(
    it: Course, position: int, form: QuestionForm | None = None, status: int = 200
) -> ResponseReturnValue:
    """A question of the newest version, to be read or changed."""
    edition = queries.with_parts(it.id)
    question = _question(edition, position)
    if form is None:
        told = commands.told_by(question)
        form = QuestionForm(
            data=vars(told)
            | {"choices": "\n".join(told.choices), "choices_zh": "\n".join(told.choices_zh).strip()}
        )
    form.meets(edition.version)
    return page(
        "training/question_edit.html",
        status,
        it=it,
        question=question,
        form=form,
        is_draft=edition.state == DRAFT,
    )


@pages.post(
    "/training/courses/<int:id>/questions/<int:position>",
    may="training.manage", on=Course, form=QuestionForm, back=edit_question,
)  # fmt: skip
def save_question(it: Course, form: QuestionForm, position: int) -> ResponseReturnValue:
    """Change a question of the draft."""
    edition = queries.with_parts(it.id)
    question, version = _question(edition, position), form.version.data or 0
    commands.change_question(edition, question, told=form.told, version=version, by=viewer())
    return done("training.course", id=it.id, say=_("Saved."))


@pages.post(
    "/training/courses/<int:id>/questions/<int:position>/removal",
    may="training.manage", on=Course, form=QuestionRemovalForm, back=edit_question,
)  # fmt: skip
def remove_question(it: Course, form: QuestionRemovalForm, position: int) -> ResponseReturnValue:
    """Take a question out of the draft."""
    edition = queries.with_parts(it.id)
    commands.remove_part(edition, _question(edition, position), version=form.version.data or 0, by=viewer())
    return done("training.course", id=it.id, say=_("The question was taken out."))


@pages.post(
    "/training/courses/<int:id>/publication", may="training.manage", on=Course, form=ActForm, back=course
)
def publish(it: Course, form: ActForm) -> ResponseReturnValue:
    """Publish the draft: new assignments get it."""
    commands.publish(queries.with_parts(it.id), version=form.version.data or 0, by=viewer())
    return done("training.course", id=it.id, say=_("Published. Now give it to those who need it."))


@pages.post(
    "/training/courses/<int:id>/revision", may="training.manage", on=Course, form=ActForm, back=course
)
def revise(it: Course, form: ActForm) -> ResponseReturnValue:  # noqa: ARG001  (guards the post)
    """Open the next draft, as a copy of what is published."""
    commands.revise(it, by=viewer())
    return done("training.course", id=it.id, say=_("This is the next draft; what was published still holds."))


def _assign_form(_it: Course | None = None) -> AssignForm:
    return AssignForm(results.teams(viewer().lang))


@pages.get("/training/courses/<int:id>/assignments", may="training.manage", on=Course)
def assign(it: Course, form: AssignForm | None = None, status: int = 200) -> ResponseReturnValue:
    """Who is to take the course, and until when."""
    return page(
        "training/assign.html", status, it=it, form=form or _assign_form(), published=queries.published(it.id)
    )


@pages.post(
    "/training/courses/<int:id>/assignments", may="training.manage", on=Course, form=_assign_form, back=assign
)
def give(it: Course, form: AssignForm) -> ResponseReturnValue:
    """Give the course to everybody of a role or team, or to one person."""
    people = queries.receivers(
        viewer(), role=form.role.data or "", team_id=form.team_id.data or 0,
        person_id=meant(form.person.data or "", form.person_text.data or "", field="person_text"),
    )  # fmt: skip
    made = learning.assign(it, people=people, due_day=form.due_day.data, by=viewer())
    said = ngettext("%(num)s person has the course now.", "%(num)s people have the course now.", len(made))
    left = len(people) - len(made)
    if left:
        said += " " + ngettext("%(num)s had it already.", "%(num)s had it already.", left)
    return done("training.course", id=it.id, say=said)


def _lesson(edition: CourseVersion, position: int) -> Lesson:
    found = next((one for one in edition.lessons if one.position == position), None)
    if found is None:
        raise NotFound
    return found


def _question(edition: CourseVersion, position: int) -> Question:
    found = next((one for one in edition.questions if one.position == position), None)
    if found is None:
        raise NotFound
    return found
