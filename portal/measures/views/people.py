"""The figures of one person: for himself, and for his manager after a look that he is told of."""

from flask import Response
from flask_babel import gettext as _

from portal.access.permissions import SIGNED_IN
from portal.core.db import db
from portal.identity.models import Person
from portal.identity.queries import viewers
from portal.measures.commands import licences as commands
from portal.measures.forms import LookForm
from portal.measures.queries import people as queries
from portal.measures.views import pages
from portal.web import formats
from portal.web.answers import done, page
from portal.web.pages import viewer


@pages.get("/measures/mine", may=SIGNED_IN)
def mine() -> Response:
    """My own figures, and who looked at them."""
    it = db.session.get_one(Person, viewer().id)
    return _shown(it)


@pages.get("/people/<int:id>/figures", may="figures.see", on=Person)
def person(it: Person, form: LookForm | None = None, status: int = 200) -> Response:
    """The figures of one person, for himself and his manager."""
    if not queries.is_looking(db.session(), queries.reached(it, viewer()), viewer()):
        return page("measures/look.html", status, it=it, form=form or LookForm())
    return _shown(it)


@pages.post("/people/<int:id>/figures/looks", may="figures.see", on=Person, form=LookForm, back=person)
def look(it: Person, form: LookForm) -> Response:  # noqa: ARG001  (looking is the act)
    """Look at the figures of a person of one's own team; the person sees that."""
    if queries.reached(it, viewer()).id != viewer().id:
        commands.note_look(it, by=viewer())
    return done(
        ".person", id=it.id, say=_("%(name)s can see that you looked.", name=it.shown(formats.lang()))
    )


def _shown(it: Person) -> Response:
    own = queries.own(db.session(), it)
    names = viewers.names({who for line in own.looks for who in line.people}, formats.lang())
    features = [(_(name), formats.number(count)) for name, count in own.features]
    return page("measures/person.html", it=it, own=own, names=names, features=features)
