"""Record a mentor's training."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.http import MemberRequest
from core.forms import posted, status_of
from core.policy import allow
from people.access import get_person_for
from people.followed import saying_what_became, standing_of
from people.models import MentorProfile
from people.selectors import profile_of
from training.audit_events import TRAINING_OPENED
from training.forms import TrainingForm
from training.services import record_training


@allow(Role.COORDINATOR, methods=("GET", "POST"))
def record(request: MemberRequest, person_id: UUID) -> HttpResponse:
    person = get_person_for(request.membership, person_id, now=request.now, event=TRAINING_OPENED)
    mentor = profile_of(person)
    if not isinstance(mentor, MentorProfile):
        raise Http404
    today = person.program.today(request.now)
    form = TrainingForm(posted(request), instance=getattr(mentor, "training", None), today=today)
    if form.is_valid():
        with saying_what_became(request, person):
            record_training(mentor=mentor, by=request.membership, now=request.now, **form.cleaned_data)
            messages.success(request, _("Saved."))
        return redirect("intake:person", person.pk)
    context = {"form": form, "person": person, "standing": standing_of(person)}
    return render(request, "training/record.html", context, status=status_of(form))
