"""What can happen to a customer, to his people and to what other systems know of him."""

from portal.core.flow import Kind, Notice, Thing
from portal.core.words import N_

Thing("account", N_("customer"), "/customers/{}", "customers.see")
Thing("contact", N_("person at a customer"), "/contacts/{}", "customers.see")
Thing("interaction", N_("talk"))
Thing("credit_state", N_("credit"))
Thing("customer_order", N_("order"))
Thing("invoice", N_("invoice"))
Thing("delivery", N_("delivery"))
Thing("goods_return", N_("return"))

REASONS = {
    "defect": N_("defect"),
    "wrong": N_("wrong goods"),
    "transport": N_("damaged on the way"),
    "surplus": N_("ordered too many"),
}
"""Why goods come back."""

# fmt: off
CREATED = Kind("account.created", N_("%(actor)s added the customer."))
CHANGED = Kind("account.changed", N_("%(actor)s changed the card of the customer."))
JOINED = Kind("account.joined", N_("%(person)s serves the customer from %(since)s (%(role)s)."), person="person", since="day", role="word", beside=True)
LEFT = Kind("account.left", N_("%(person)s no longer serves the customer."), person="person", beside=True)
HANDED_OVER = Kind("account.handed_over", N_("%(actor)s handed the customer over from %(giver)s to %(taker)s."), giver="person", taker="person")

CONTACT_ADDED = Kind("contact.added", N_("%(actor)s added a person at the customer."))
CONTACT_CHANGED = Kind("contact.changed", N_("%(actor)s changed the card of a person."), timeline=False)
CONTACT_LINKED = Kind("contact.linked", N_("%(actor)s noted the part of a person at the customer."))
CONTACT_ENDED = Kind("contact.ended", N_("A person no longer works for the customer; %(actor)s noted it."))

SPOKEN = {
    "call":    Kind("interaction.call", N_("%(actor)s was on the phone with the customer.")),
    "visit":   Kind("interaction.visit", N_("%(actor)s visited the customer.")),
    "mail":    Kind("interaction.mail", N_("%(actor)s exchanged mails with the customer.")),
    "meeting": Kind("interaction.meeting", N_("%(actor)s met the customer.")),
}

CREDIT_SET = Kind("credit.set", N_("The credit line is %(limit)s."), limit="money", beside=True)
CREDIT_HELD = Kind("credit.held", N_("The credit was put on hold."), beside=True)
CREDIT_RELEASED = Kind("credit.released", N_("The credit hold was lifted."), beside=True)
ORDERED = Kind("order.placed", N_("The customer ordered for %(total)s (%(number)s)."), total="money", number="text")
ORDER_CHANGED = Kind("order.changed", N_("Order %(number)s is now %(total)s."), total="money", number="text")
INVOICED = Kind("invoice.issued", N_("Invoice %(number)s over %(amount)s went out, due %(due)s."), number="text", amount="money", due="day")
PAID = Kind("invoice.paid", N_("Invoice %(number)s was paid: %(amount)s."), number="text", amount="money")
INVOICE_CHANGED = Kind("invoice.changed", N_("Of invoice %(number)s %(open)s is open."), number="text", open="money")
PROMISED = Kind("delivery.promised", N_("%(pieces)s × %(product)s are promised for %(day)s."), pieces="int", product="text", day="day")
SHIPPED = Kind("delivery.shipped", N_("%(pieces)s × %(product)s were shipped, promised for %(day)s."), pieces="int", product="text", day="day")
RETURN_ASKED = Kind("return.asked", N_("The customer sends back %(pieces)s × %(product)s (%(reason)s)."), pieces="int", product="text", reason="word")
RETURN_SETTLED = Kind("return.settled", N_("The return of %(pieces)s × %(product)s is settled."), pieces="int", product="text")

TOLD_HANDED_OVER = Notice("account.handed_over", N_("%(actor)s handed %(customer)s over to you."), customer="text")
TOLD_HELD = Notice("credit.held", N_("The credit of %(customer)s is on hold: nothing will be shipped."), customer="text")
# fmt: on

PAPERS = ("credit_state", "customer_order", "invoice", "delivery", "goods_return")
"""Tables whose events other systems tell."""
