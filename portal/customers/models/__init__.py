"""Tables of accounts, of their people and of what other systems know of them."""

from portal.customers.models.accounts import Account, AccountMember
from portal.customers.models.contacts import AccountContact, Contact, Interaction
from portal.customers.models.mirrors import (
    CreditState,
    CustomerOrder,
    Delivery,
    GoodsReturn,
    Invoice,
    OrderLine,
)

__all__ = [
    "Account",
    "AccountContact",
    "AccountMember",
    "Contact",
    "CreditState",
    "CustomerOrder",
    "Delivery",
    "GoodsReturn",
    "Interaction",
    "Invoice",
    "OrderLine",
]
