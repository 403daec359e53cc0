"""Public medicine registers: readers, the store, matching to the catalogue, eligibility."""

from mesoplan.catalogue.registers.as_product import (
    as_product,
    is_register_id,
    with_register_products,
)
from mesoplan.catalogue.registers.eligibility import eligibility
from mesoplan.catalogue.registers.importing import (
    find_register_product,
    import_register,
    open_store,
)
from mesoplan.catalogue.registers.kinds import REGISTERS
from mesoplan.catalogue.registers.matching import match_product
from mesoplan.catalogue.registers.place import default_store_path
from mesoplan.catalogue.registers.route_codes import route_id
from mesoplan.catalogue.registers.store import Store

__all__ = [
    "REGISTERS",
    "Store",
    "as_product",
    "default_store_path",
    "eligibility",
    "find_register_product",
    "import_register",
    "is_register_id",
    "match_product",
    "open_store",
    "route_id",
    "with_register_products",
]
