"""What can happen to a product."""

from portal.core.flow import Kind, Thing
from portal.core.words import N_

Thing("product", N_("product"), "/products/{}", "products.see")

ADDED = Kind("product.added", N_("%(actor)s added the product at %(price)s."), price="money")
CHANGED = Kind(
    "product.changed", N_("%(actor)s changed the product; the list price is %(price)s."), price="money"
)
COUNTED = Kind(
    "product.counted",
    N_("%(source)s counted %(pieces)s in %(place)s."),
    source="text",
    pieces="int",
    place="text",
)
