"""The plans that the tests of the report share: usual, blocked, threads, large."""

import pytest
from report_plans import AREAS, CRITICAL, FINDINGS, make_catalogue, make_plan

from mesoplan.catalogue import Catalogue
from mesoplan.model.case import Area
from mesoplan.model.plan import Plan


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return make_catalogue()


@pytest.fixture(scope="session")
def plan() -> Plan:
    return make_plan()


@pytest.fixture(scope="session")
def blocked() -> Plan:
    return make_plan(status="blocked", findings=(CRITICAL, *FINDINGS))


@pytest.fixture(scope="session")
def threads() -> Plan:
    path = (0.0, 8.0)
    return make_plan(areas=AREAS[:1], path=path, technique="retrograde-linear", exposure=None)


@pytest.fixture(scope="session")
def large() -> Plan:
    areas = (*AREAS, Area(site="chin", side="midline", rectangle_mm=(40, 30)))
    return make_plan(areas=areas, passes=3, weight_kg=None)
