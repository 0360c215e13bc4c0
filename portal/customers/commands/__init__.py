"""Writes: accounts, who serves them, their people, what was said, and what other systems tell."""

from portal.customers.commands.accounts import Card, create_account, edit_account
from portal.customers.commands.contacts import (
    PersonCard,
    contact_left,
    create_contact,
    edit_contact,
    end_contact_role,
    link_contact,
)
from portal.customers.commands.imports import AccountRow, MemberRow, put_account, put_accounts, put_members
from portal.customers.commands.interactions import record_interaction
from portal.customers.commands.members import add_member, end_member, hand_over
from portal.customers.commands.mirrors import (
    OrderedPieces,
    put_credit,
    put_delivery,
    put_invoice,
    put_order,
    put_return,
)

__all__ = [
    "AccountRow",
    "Card",
    "MemberRow",
    "OrderedPieces",
    "PersonCard",
    "add_member",
    "contact_left",
    "create_account",
    "create_contact",
    "edit_account",
    "edit_contact",
    "end_contact_role",
    "end_member",
    "hand_over",
    "link_contact",
    "put_account",
    "put_accounts",
    "put_credit",
    "put_delivery",
    "put_invoice",
    "put_members",
    "put_order",
    "put_return",
    "record_interaction",
]
