"""Pages of a session, from the recheck to the signature."""

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from mesoplan.clinic.delivery import begin, finish, give, prepare
from mesoplan.clinic.delivery.forms import (
    Drugs,
    RecheckForm,
    SignForm,
    recheck_of,
)
from mesoplan.clinic.delivery.label import label_pdf
from mesoplan.clinic.delivery.lines import drawn_ml, is_drawn, lines_of, needs_second_person
from mesoplan.clinic.delivery.models import Delivery
from mesoplan.clinic.delivery.screening import findings_of_the_day, in_the_way
from mesoplan.clinic.delivery.states import ORDER, RUNNING, State
from mesoplan.clinic.formulary.load import clinic_catalogue
from mesoplan.clinic.patients.access import open_record
from mesoplan.clinic.people.attempts import refuse_wrong_password
from mesoplan.clinic.people.models import User
from mesoplan.clinic.planning.models import PlanVersion
from mesoplan.clinic.rights import ClinicRequest, needs
from mesoplan.clinic.stock.models import Lot
from mesoplan.clinic.stock.pick import check_lot
from mesoplan.core.errors import Fault, InputError
from mesoplan.core.units import parse_quantity


def _delivery(request: ClinicRequest, pk: uuid.UUID, action: str = "delivery.read") -> Delivery:
    found = get_object_or_404(Delivery.objects.select_related("plan"), pk=pk)
    found.patient = open_record(request.user, found.patient_id, action, timezone.now())
    found.plan.patient = found.patient
    return found


@require_POST
@needs("delivery.give")
def start(request: ClinicRequest, plan_id: uuid.UUID) -> HttpResponse:
    """Start the session of an approved plan; with a ``paper_day``, enter one from paper."""
    plan = get_object_or_404(PlanVersion, pk=plan_id)
    open_record(request.user, plan.patient_id, "plan.opened", timezone.now())
    now = timezone.now()
    try:
        made = begin.start(
            plan,
            by=request.user,
            now=now,
            today=timezone.localdate(now),
            paper_day=parse_date(request.POST.get("paper_day", "")),
        )
    except (InputError, ValueError) as error:
        messages.error(request, str(error))
        return redirect("plan", pk=plan.pk)
    return redirect("delivery", pk=made.pk)


@needs("plan.read")
def page(request: ClinicRequest, pk: uuid.UUID) -> HttpResponse:
    """The session at the step where it stands."""
    return _page(request, _delivery(request, pk))


def _page(
    request: ClinicRequest,
    delivery: Delivery,
    faults: tuple[Fault, ...] = (),
    **forms: Any,
) -> HttpResponse:
    catalogue = clinic_catalogue()
    document = delivery.plan.document
    context: dict[str, Any] = {
        "patient": delivery.patient,
        "delivery": delivery,
        "plan": delivery.plan,
        "document": document,
        "steps": _steps(delivery),
        "faults": faults,
        "running": delivery.state in RUNNING,
        "signed_answers": delivery.plan.answers.select_related("by").order_by("at"),
        "skin_tests": delivery.steps.filter(kind="intradermal-test").select_related("by"),
    }
    if delivery.state == State.RECHECK:
        given = {row.finding for row in delivery.plan.answers.all()}
        context |= {
            "form": RecheckForm(initial=_recheck_initial(delivery)),
            "drugs": Drugs(
                prefix="drugs",
                initial=delivery.recheck.get("today", {}).get("anaesthetics"),
            ),
            "rechecked_at": parse_datetime(delivery.recheck.get("at", "")),
            "day_findings": [
                {"finding": finding, "answered": finding.key in given}
                for finding in findings_of_the_day(delivery)
            ],
            "in_the_way": in_the_way(delivery),
        }
    elif delivery.state == State.PREPARATION:
        context |= {
            "syringes": _syringes(delivery),
            "open_steps": [*prepare.open_preparation(delivery, catalogue), *in_the_way(delivery)],
        }
    elif delivery.state == State.TIME_OUT:
        ticked = {step.key: step for step in delivery.steps.filter(kind="time-out")}
        context |= {
            "time_out": [
                {"key": key, "text": _TIME_OUT_TEXTS[key], "step": ticked.get(key)}
                for key in give.TIME_OUT
            ],
            "in_the_way": in_the_way(delivery),
        }
    elif delivery.state == State.GIVING:
        context |= {"areas": _areas(delivery), "tally": give.tally(delivery)}
    else:
        context |= {"tally": give.tally(delivery), "areas": _areas(delivery)}
        context["sign_form"] = SignForm()
    return render(
        request,
        "clinic/delivery/session.html",
        context | forms,
        status=422 if faults else 200,
    )


_TIME_OUT_TEXTS = {
    "identity": _("Name and birth date said by the patient"),
    "allergies": _("Allergies asked again"),
    "consent": _("Consent signed; licence status explained"),
    "side-and-areas": _("Side and areas marked with the patient"),
    "products-and-lots": _("Products, strengths, lots and expiry read aloud"),
    "labels": _("Syringes labelled: this mixture, this patient"),
    "asepsis": _("Skin cleaned, antiseptic dry, no tap water"),
    "emergency-kit": _("Emergency kit open within reach, in date"),
}


def _steps(delivery: Delivery) -> list[dict[str, Any]]:
    place = ORDER.index(State(delivery.state)) if delivery.state in ORDER else -1
    return [
        {"name": State(state).label, "done": i < place, "current": i == place}
        for i, state in enumerate(ORDER)
    ]


def _recheck_initial(delivery: Delivery) -> dict[str, Any]:
    """What was kept, as the form shows it: nothing that was said gets lost by a second recheck."""
    found: dict[str, Any] = {}
    for key, value in delivery.recheck.items():
        found[key] = {True: "yes", False: "no"}[value] if isinstance(value, bool) else value
    today = delivery.recheck.get("today", {})
    if "anaesthetics" in today:
        found["anaesthetics_asked"] = "given" if today["anaesthetics"] else "none"
    if "caffeine_mg" in today:
        found["caffeine_asked"] = "given" if today["caffeine_mg"] else "none"
        found["caffeine_mg"] = today["caffeine_mg"] or None
    return found


def _syringes(delivery: Delivery) -> list[dict[str, Any]]:
    catalogue = clinic_catalogue()
    done = {(step.kind, step.key): step for step in delivery.steps.select_related("by")}
    found = []
    for number, syringe in enumerate(delivery.plan.document["syringes"]):
        lines = [
            {
                "line": line,
                "drawn_ml": drawn_ml(delivery, line),
                "is_drawn": is_drawn(delivery, line),
                "draws": delivery.draws.filter(syringe=number, item=line.item).select_related(
                    "lot"
                ),
                "lots": _lots(line.product, delivery),
            }
            for line in lines_of(delivery.plan.document, catalogue)
            if line.syringe == number
        ]
        found.append(
            {
                "number": number,
                "syringe": syringe,
                "lines": lines,
                "prepared": done.get((prepare.PREPARED, str(number))),
                "second": done.get((prepare.SECOND, str(number))),
                "needs_second": needs_second_person(delivery.plan.document, number, catalogue),
            }
        )
    return found


def _lots(product: str | None, delivery: Delivery) -> list[dict[str, Any]]:
    """Lots of a product, first to expire first; those that cannot be used say why."""
    if product is None:
        return []
    found = []
    for lot in Lot.objects.filter(product=product).order_by("expires_on", "lot_number"):
        faults = check_lot(lot, product, delivery.given_on)
        vials = lot.openings.filter(discarded_at=None, use_by__gte=timezone.now())
        if lot.single_dose:
            vials = vials.filter(patient=delivery.patient)
        level = prepare.level_of(lot)
        if level > 0 or vials.exists() or faults:
            found.append({"lot": lot, "level": level, "vials": vials, "faults": faults})
    return found


def _areas(delivery: Delivery) -> list[dict[str, Any]]:
    """Points by area and syringe with their marks."""
    catalogue = clinic_catalogue()
    groups: dict[tuple[int, int], list[dict[str, Any]]] = {}
    for point in delivery.plan.document["points"]:
        shown = point | {"mark": delivery.marks.get(str(point["id"]))}
        groups.setdefault((point["area"], point["syringe"]), []).append(shown)
    areas = delivery.plan.document["case"]["areas"]
    return [
        {
            "name": catalogue.sites[areas[area]["site"]].name,
            "region": areas[area].get("region"),
            "side": areas[area].get("side") or "",
            "area": area,
            "syringe": syringe,
            "points": points,
            "open": sum(point["mark"] is None for point in points),
        }
        for (area, syringe), points in groups.items()
    ]


@require_POST
@needs("delivery.give")
def recheck(request: ClinicRequest, pk: uuid.UUID) -> HttpResponse:
    """Keep the day's recheck, and screen the plan with it."""
    delivery = _delivery(request, pk, "delivery.opened")
    form, drugs = RecheckForm(request.POST), Drugs(request.POST, prefix="drugs")
    if not (form.is_valid() and drugs.is_valid()):
        wrong = _faults_of(form)
        return _page(request, delivery, wrong, form=form, drugs=drugs)
    try:
        begin.recheck(delivery, recheck_of(form, drugs), by=request.user, now=timezone.now())
    except InputError as error:
        return _page(request, delivery, error.faults, form=form, drugs=drugs)
    return redirect("delivery", pk=delivery.pk)


def _faults_of(form: Form) -> tuple[Fault, ...]:
    return tuple(
        Fault(name, " ".join(map(str, errors)), _("correct it"))
        for name, errors in form.errors.items()
    )


def _acted(request: ClinicRequest, delivery: Delivery, act: Any) -> HttpResponse:
    """Do something and show the session again; faults stand on the page."""
    try:
        act(timezone.now())
    except InputError as error:
        delivery.refresh_from_db()
        return _page(request, delivery, error.faults)
    return redirect("delivery", pk=delivery.pk)


@require_POST
@needs("plan.approve")
def answer(request: ClinicRequest, pk: uuid.UUID) -> HttpResponse:
    """Answer a finding that the day brought."""
    delivery = _delivery(request, pk, "delivery.opened")
    return _acted(
        request,
        delivery,
        lambda now: begin.answer_of_the_day(
            delivery,
            request.POST.get("finding", ""),
            request.POST.get("text", ""),
            override=request.POST.get("act") == "override",
            by=request.user,
            now=now,
        ),
    )


@require_POST
@needs("delivery.prepare")
def draw(request: ClinicRequest, pk: uuid.UUID) -> HttpResponse:
    """Draw a volume from a lot."""
    delivery = _delivery(request, pk, "delivery.opened")

    def act(now: dt.datetime) -> None:
        key = (request.POST.get("syringe", ""), request.POST.get("item", ""))
        lines = lines_of(delivery.plan.document, clinic_catalogue())
        line = next((one for one in lines if (str(one.syringe), str(one.item)) == key), None)
        source = _source(request.POST.get("source", ""))
        if line is None or source is None:
            raise InputError([Fault("lot", _("is not chosen"), _("scan or choose a lot"))])
        volume = parse_quantity(request.POST.get("volume", ""), "volume", ("volume",), "1 mL")
        ends = timezone.localtime(now).replace(hour=23, minute=59, second=59)
        prepare.draw(
            delivery, line, source, Decimal(repr(round(volume.value, 6))),
            by=request.user, now=now, day_ends=ends,
        )  # fmt: skip

    return _acted(request, delivery, act)


def _source(text: str) -> prepare.Source | None:
    """``lot-id`` or ``lot-id/vial-id`` of the form."""
    lot_text, _slash, vial_text = text.partition("/")
    try:
        lot = Lot.objects.filter(pk=uuid.UUID(lot_text)).first()
        vial = uuid.UUID(vial_text) if vial_text else None
    except ValueError:
        return None
    return None if lot is None else prepare.Source(lot, vial)


@require_POST
@needs("delivery.prepare")
def confirm(request: ClinicRequest, pk: uuid.UUID, syringe: int) -> HttpResponse:
    """Confirm a syringe, or throw it away."""
    delivery = _delivery(request, pk, "delivery.opened")

    def act(now: dt.datetime) -> None:
        if request.POST.get("act") == "discard":
            reason = request.POST.get("reason", "")
            prepare.discard_draws(delivery, syringe, reason, by=request.user, now=now)
            return
        look = request.POST.get("look", "")
        prepare.confirm(
            delivery, syringe, look, by=request.user, now=now, catalogue=clinic_catalogue()
        )

    return _acted(request, delivery, act)


@sensitive_post_parameters("password")
@require_POST
@needs("delivery.prepare")
def second_check(request: ClinicRequest, pk: uuid.UUID, syringe: int) -> HttpResponse:
    """A second person signs on the same tablet with an account of their own."""
    delivery = _delivery(request, pk, "delivery.opened")

    def act(now: dt.datetime) -> None:
        username = request.POST.get("username", "")
        person = User.objects.filter(username=username, is_active=True).first()
        refuse_wrong_password(person, request.POST.get("password", ""), username)
        if person is None:
            raise AssertionError("nobody has no password")
        prepare.second_check(delivery, syringe, by=person, now=now)

    return _acted(request, delivery, act)


@needs("delivery.prepare")
def label(request: ClinicRequest, pk: uuid.UUID, syringe: int) -> HttpResponse:
    """The label of a prepared syringe."""
    delivery = _delivery(request, pk, "delivery.label")
    prepared = delivery.steps.filter(kind=prepare.PREPARED, key=str(syringe)).first()
    if prepared is None:
        raise Http404
    pdf = label_pdf(delivery, syringe, prepared, clinic_catalogue())
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="label-{syringe + 1}.pdf"'
    return response


@require_POST
@needs("delivery.give")
def go_on(request: ClinicRequest, pk: uuid.UUID) -> HttpResponse:
    """To the next step, where nothing stands in the way."""
    delivery = _delivery(request, pk, "delivery.opened")

    def act(now: dt.datetime) -> None:
        catalogue = clinic_catalogue()
        if request.POST.get("from") != delivery.state:
            wrong, right = _("somebody went on meanwhile"), _("see where the session stands")
            raise InputError([Fault("delivery", wrong, right)])
        if delivery.state == State.RECHECK:
            begin.to_preparation(delivery, by=request.user, now=now)
        elif delivery.state == State.PREPARATION:
            prepare.to_time_out(delivery, by=request.user, now=now, catalogue=catalogue)
        elif delivery.state == State.TIME_OUT:
            give.to_giving(delivery, by=request.user, now=now)
        elif delivery.state == State.GIVING:
            finish.to_observation(delivery, by=request.user, now=now, catalogue=catalogue)

    return _acted(request, delivery, act)


@require_POST
@needs("delivery.give")
def tick(request: ClinicRequest, pk: uuid.UUID) -> HttpResponse:
    """Tick one line of the time-out."""
    delivery = _delivery(request, pk, "delivery.opened")
    key = request.POST.get("key", "")
    return _acted(request, delivery, lambda now: give.tick(delivery, key, by=request.user, now=now))


@require_POST
@needs("delivery.give")
def mark(request: ClinicRequest, pk: uuid.UUID) -> HttpResponse:
    """Mark points; asked by htmx it answers with the area alone."""
    delivery = _delivery(request, pk, "delivery.opened")

    def act(now: dt.datetime) -> None:
        points = _points(request.POST.getlist("point"))
        if request.POST.get("state") == "open":
            for point in points:
                give.unmark(delivery, point, by=request.user, now=now)
            return
        give.mark(
            delivery,
            points,
            request.POST.get("state", ""),
            {key: request.POST.get(key) for key in ("reason", "volume", "x_mm", "y_mm")},
            by=request.user,
            now=now,
        )

    if not request.headers.get("HX-Request"):
        return _acted(request, delivery, act)
    faults: tuple[Fault, ...] = ()
    try:
        act(timezone.now())
    except InputError as error:
        faults = error.faults
    delivery.refresh_from_db()
    context = {
        "delivery": delivery,
        "patient": delivery.patient,
        "areas": _areas(delivery),
        "tally": give.tally(delivery),
        "faults": faults,
    }
    return render(request, "clinic/delivery/points.html", context)


def _points(texts: list[str]) -> list[int]:
    try:
        return [int(text) for text in texts]
    except ValueError:
        wrong, right = _("is no number of a point"), _("load the page anew")
        raise InputError([Fault("points", wrong, right)]) from None


@require_POST
@needs("delivery.give")
def note(request: ClinicRequest, pk: uuid.UUID) -> HttpResponse:
    """A needle change, a reaction, or the end of a session that was begun in vain."""
    delivery = _delivery(request, pk, "delivery.opened")

    def act(now: dt.datetime) -> None:
        what = request.POST.get("act", "")
        if what == "needle":
            give.change_needle(delivery, by=request.user, now=now)
        elif what == "reaction":
            seen, done = request.POST.get("what", ""), request.POST.get("done", "")
            give.note_reaction(delivery, seen, done, by=request.user, now=now)
        elif what == "skin-test":
            minutes = request.POST.get("read_after_min", "")
            prepare.note_skin_test(
                delivery,
                request.POST.get("product", ""),
                request.POST.get("result", ""),
                int(minutes) if minutes.isascii() and minutes.isdigit() else 0,
                by=request.user,
                now=now,
            )
        elif what == "abandon":
            reason = request.POST.get("reason", "")
            begin.abandon(delivery, reason, by=request.user, now=now)
        else:
            raise InputError([Fault("act", _("is not known"), _("load the page anew"))])

    return _acted(request, delivery, act)


@sensitive_post_parameters("password")
@require_POST
@needs("delivery.give")
def sign(request: ClinicRequest, pk: uuid.UUID) -> HttpResponse:
    """Discharge and signature."""
    delivery = _delivery(request, pk, "delivery.opened")
    form = SignForm(request.POST)
    if not form.is_valid():
        wrong = _faults_of(form)
        return _page(request, delivery, wrong, sign_form=form)
    values = form.cleaned_data
    discharge = {key: values[key.replace("-", "_")] for key in finish.DISCHARGE}
    try:
        refuse_wrong_password(request.user, values["password"], request.user.username)
        finish.sign(
            delivery,
            password=values["password"],
            discharge=discharge,
            observed_min=values["observed_min"],
            deviations=values["deviations"],
            by=request.user,
            now=timezone.now(),
        )
    except InputError as error:
        return _page(request, delivery, error.faults, sign_form=form)
    messages.success(request, _("Signed."))
    return redirect("delivery", pk=delivery.pk)
