"""Roles as fixed sets of rights; plain data, without Django."""

from typing import Literal

Right = Literal[
    "patient.read",
    "patient.identity",
    "patient.clinical",
    "patient.merge",
    "photo.view",
    "photo.add",
    "plan.read",
    "plan.write",
    "plan.approve",
    "delivery.prepare",
    "delivery.give",
    "consent.take",
    "stock.read",
    "stock.write",
    "recall.read",
    "clinic.texts",
    "clinic.staff",
    "clinic.backup",
    "audit.read",
    "break.glass",
    "own.account",
]

ROLES: dict[str, frozenset[Right]] = {
    "owner": frozenset(
        {
            "own.account",
            "clinic.staff",
            "clinic.backup",
            "clinic.texts",
            "stock.read",
            "stock.write",
            "recall.read",
            "audit.read",
        }
    ),
    "practitioner": frozenset(
        {
            "own.account",
            "patient.read",
            "patient.identity",
            "patient.clinical",
            "patient.merge",
            "photo.view",
            "photo.add",
            "plan.read",
            "plan.write",
            "plan.approve",
            "delivery.prepare",
            "delivery.give",
            "consent.take",
            "stock.read",
            "stock.write",
            "recall.read",
            "clinic.texts",
            "break.glass",
        }
    ),
    "nurse": frozenset(
        {
            "own.account",
            "patient.read",
            "patient.identity",
            "patient.clinical",
            "photo.view",
            "photo.add",
            "plan.read",
            "delivery.prepare",
            "delivery.give",
            "consent.take",
            "stock.read",
            "stock.write",
            "recall.read",
            "break.glass",
        }
    ),
    "desk": frozenset({"own.account", "patient.read", "patient.identity", "stock.read"}),
    "auditor": frozenset({"own.account", "audit.read", "recall.read", "stock.read"}),
}
"""The front desk sees identity and allergies, never plans, findings or photographs."""

MEANING: dict[Right, str] = {
    "own.account": "sign in, lock, change the own password and code",
    "patient.read": "find patients, read identity and allergies",
    "patient.identity": "register patients, change identity and contact",
    "patient.clinical": "read and write what was asked, questionnaires",
    "patient.merge": "join records, restrict them",
    "photo.view": "look at photographs",
    "photo.add": "add photographs",
    "plan.read": "read plans, sessions, consents",
    "plan.write": "make plans, open and close courses",
    "plan.approve": "answer findings, override, approve, reject, close",
    "delivery.prepare": "draw from lots, prepare syringes, check as second person",
    "delivery.give": "start a session, recheck, time-out, points, sign",
    "consent.take": "show consents, have them signed or withdrawn",
    "stock.read": "read the stock",
    "stock.write": "receive, waste, count, mark a lot as recalled",
    "recall.read": "find who got something of a lot",
    "clinic.texts": "change consent texts and the own formulary",
    "clinic.staff": "invite colleagues, change roles, close accounts",
    "clinic.backup": "make backups, show the recovery code",
    "audit.read": "read, download and verify the audit log",
    "break.glass": "open a restricted record with a reason",
}
"""Each right in words."""
