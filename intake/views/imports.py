"""People files: upload, look, confirm; and export."""

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.enums import Role
from accounts.http import MemberRequest
from core.errors import DomainError
from core.forms import posted, status_of
from core.policy import allow
from core.refusals import refuse
from intake.files import pending as pending_imports
from intake.files.columns import KINDS, Column, columns_for
from intake.files.encoding import as_bytes, look_at
from intake.files.export import export_people
from intake.files.header import left_out_of
from intake.files.left import to_fix
from intake.files.missing import missing_after
from intake.files.plan import ImportPlan, RowOutcome, plan_import
from intake.forms import ImportForm
from intake.models import PendingImport
from intake.standing import proposals_of, withdrawn_at

ROWS_A_PAGE = 100


@allow(Role.COORDINATOR, methods=("GET", "POST"))
def import_upload(request: MemberRequest) -> HttpResponse:
    """Choose one or two files. They wait, sealed, until the person has looked at what they would do."""
    form = ImportForm(posted(request), request.FILES or None, texts_kept=partial(_texts_kept, request))
    is_good = form.is_valid()
    for file in form.files_read:
        if file.guessed:
            messages.warning(request, look_at(file.guessed, file.read_as))
        if file.left_out:
            messages.warning(request, left_out_of(file.kind, file.left_out))
        if file.sheet:
            messages.info(request, _("Of the sheets in your file, “%(sheet)s” was read.") % {"sheet": file.sheet})
    if form.texts:
        pending = pending_imports.keep(owner=request.membership, texts=form.texts, now=request.now)
        if is_good:
            return redirect("intake:import_preview", pending.pk)
        form.keep(pending.pk)
    return render(request, "intake/import.html", {"form": form, "columns": _columns()}, status=status_of(form))


def _texts_kept(request: MemberRequest, pending_id: UUID) -> dict[str, str]:
    pending = pending_imports.find(pending_id, owner=request.membership, now=request.now)
    return pending_imports.texts_of(pending) if pending else {}


@allow(Role.COORDINATOR)
def import_preview(request: MemberRequest, pending_id: UUID) -> HttpResponse:
    """What each row would do: those that need fixing first, then changes, then new people."""
    pending = pending_imports.find(pending_id, owner=request.membership, now=request.now)
    if pending is None:
        return _gone(request)
    plan = plan_import(request.membership.program, pending_imports.files_of(pending), now=request.now)
    return render(request, "intake/import_preview.html", _preview(request, pending, plan))


@allow(Role.COORDINATOR, methods=("POST",))
def import_confirm(request: MemberRequest, pending_id: UUID) -> HttpResponse:
    try:
        plan = pending_imports.confirm(pending_id, by=request.membership, now=request.now)
    except DomainError as error:
        refuse(request, error)
        return redirect("intake:import_preview", pending_id)
    if plan is None:
        return _gone(request)
    if plan.to_write:
        counts = {"added": plan.count(RowOutcome.ADD), "changed": plan.count(RowOutcome.CHANGE)}
        messages.success(request, _("Imported: %(added)d new, %(changed)d changed.") % counts)
    if ended := withdrawn_at(request.membership.program, request.now):
        words = ngettext(
            "%(count)d open proposal no longer holds and is withdrawn. Your notices name it.",
            "%(count)d open proposals no longer hold and are withdrawn. Your notices name them.",
            ended,
        )
        messages.warning(request, words % {"count": ended})
    return redirect("intake:import_preview", pending_id) if plan.with_problems else redirect("intake:people")


@allow(Role.COORDINATOR)
def import_left(request: MemberRequest, pending_id: UUID, kind: str) -> HttpResponse:
    """A file of the rows that need fixing, each with what is wrong, to fix and upload."""
    pending = pending_imports.find(pending_id, owner=request.membership, now=request.now)
    files = {f"{file.kind}s": file for file in pending_imports.files_of(pending)} if pending else {}
    if kind not in files:
        raise Http404
    plan = plan_import(request.membership.program, list(files.values()), now=request.now)
    return _csv(f"{kind}-to-fix", to_fix(files[kind], plan))


@allow(Role.COORDINATOR)
def export(request: MemberRequest, kind: str) -> HttpResponse:
    """A file of the program's mentors or mentees. Each of them sees in their own record that it was made."""
    kinds = {f"{known}s": known for known in KINDS}
    if kind not in kinds:
        raise Http404
    text = export_people(program=request.membership.program, kind=kinds[kind], by=request.membership, now=request.now)
    return _csv(kind, text)


def _csv(name: str, text: str) -> HttpResponse:
    return HttpResponse(
        as_bytes(text),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )


def _columns() -> list[tuple[str, list[Column]]]:
    """(heading, columns): those of both files, then those of one alone."""
    mentors, mentees = (columns_for(kind) for kind in (Role.MENTOR, Role.MENTEE))
    return [
        (_("In both files"), [column for column in mentors if column in mentees]),
        (_("For mentors alone"), [column for column in mentors if column not in mentees]),
        (_("For mentees alone"), [column for column in mentees if column not in mentors]),
    ]


def _gone(request: MemberRequest) -> HttpResponse:
    messages.info(
        request, _("That upload was already imported, or is older than a day. Upload the files again if you need to.")
    )
    return redirect("intake:import")


def _preview(request: MemberRequest, pending: PendingImport, plan: ImportPlan) -> dict[str, Any]:
    order = list(RowOutcome)
    bad = plan.count(RowOutcome.BAD)
    people = sorted(plan.people, key=lambda planned: order.index(planned.outcome))
    return {
        "pending": pending,
        "page": Paginator(people, ROWS_A_PAGE).get_page(request.GET.get("page")),
        "counts": [(outcome, plan.count(outcome)) for outcome in RowOutcome],
        "bad": bad,
        "in_part": len(plan.with_problems) - bad,
        "to_fix": sorted({f"{one.kind}s" for one in plan.with_problems}, reverse=True),
        "to_write": len(plan.to_write),
        "proposals": proposals_of([one.membership for one in plan.to_write if one.membership]),
        "missing": missing_after(request.membership.program, plan, now=request.now),
    }
