"""Record a mentor's training."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.access import get_person_for
from accounts.enums import Role
from accounts.http import MemberRequest
from accounts.services import profile_of
from core.policy import allow
from training.forms import TrainingForm
from training.models import TrainingRecord
from training.services import record_training


@allow(Role.COORDINATOR, methods=("GET", "POST"))
def record(request: MemberRequest, person_id: UUID) -> HttpResponse:
    person = get_person_for(request.membership, person_id, now=request.now, reason="training")
    mentor = profile_of(person)
    if person.role != Role.MENTOR or mentor is None:
        raise Http404
    kept = TrainingRecord.objects.filter(mentor__membership=person).first() or TrainingRecord(mentor=person.mentor_profile)
    form = TrainingForm(request.POST or None, instance=kept)
    if request.method == "POST" and form.is_valid():
        record_training(record=form.save(commit=False), by=request.membership, now=request.now)
        messages.success(request, _("Saved."))
        return redirect("accounts:person", person.pk)
    return render(request, "training/record.html", {"form": form, "person": person})
