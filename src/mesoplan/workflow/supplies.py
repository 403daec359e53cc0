"""Everything to lay out for one session, in whole packs."""

import math
from collections import Counter

from mesoplan.catalogue import Catalogue
from mesoplan.model.plan import SupplyLine
from mesoplan.workflow.layout import Layout
from mesoplan.workflow.settle import Settled


def supplies(settled: Settled, layout: Layout, catalogue: Catalogue) -> tuple[SupplyLine, ...]:
    """Needles, syringes, containers, and the catalogue's standing supplies."""
    count: Counter[str] = Counter()
    needles = sum(placement.needle_changes for placement in layout.placements)
    count[f"needle {settled.setting.needle}"] = needles
    for syringe in layout.syringes:
        count[syringe.delivering] += syringe.fills
    for mixture, syringe in zip(settled.mixtures, layout.syringes, strict=True):
        for part in mixture.parts:
            if part.product is None:
                count[f"{part.written} (product not named)"] += 1
                continue
            if part.containers is None:
                name = catalogue.products[part.product].name
                count[f"{name} (container size not known)"] += 1
                continue
            times = syringe.mixtures
            count[_pack(part.product, part.containers * times, catalogue)] += _packs(
                part.product, part.containers * times, catalogue
            )
            if part.diluent is not None and part.diluent_containers is None:
                count[f"{catalogue.products[part.diluent].name} (container size not known)"] += 1
            elif part.diluent is not None and part.diluent_containers is not None:
                opened = part.diluent_containers * times
                count[_pack(part.diluent, opened, catalogue)] += _packs(
                    part.diluent, opened, catalogue
                )
    for supply in catalogue.supplies.values():
        per = {"session": 1, "patient": 1, "area": len(settled.case.areas), "needle": needles}
        count[supply.name] += math.ceil(supply.count * per[supply.per])
    return tuple(SupplyLine(item=item, count=number) for item, number in count.items())


def _pack(product_id: str, containers: int, catalogue: Catalogue) -> str:
    product = catalogue.products[product_id]
    pack = product.containers_per_pack
    if pack == 1:
        return f"{product.container} {product.name}"
    return f"pack of {pack} {product.container}s {product.name} ({containers} opened)"


def _packs(product_id: str, containers: int, catalogue: Catalogue) -> int:
    return math.ceil(containers / catalogue.products[product_id].containers_per_pack)
