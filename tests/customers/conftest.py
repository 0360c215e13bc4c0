"""A customer of the rep with one person, for the tests of pages."""

import pytest
from flask import Flask

from portal.core.db import unit_of_work
from portal.customers.commands import PersonCard, create_contact
from portal.customers.models import Account, Contact
from tests import making
from tests.making import viewer


@pytest.fixture
def it(app: Flask) -> Account:
    with unit_of_work():
        return making.account(
            "rep", "Jinhe Chemical", name_zh="金禾化工", phone="0512 6888 1234", place="Suzhou"
        )


@pytest.fixture
def shen(it: Account) -> Contact:
    with unit_of_work():
        return create_contact(
            it, PersonCard("Shen Yi", "沈怡", "purchasing"), roles=["decides"], by=viewer("rep")
        )
