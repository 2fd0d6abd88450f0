"""Pages that exist in demo mode only."""

from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from core.policy import public
from demo.mailbox import newest_mails

SHOWN = 100


@public()
def mail(request: HttpRequest) -> HttpResponse:
    """What the site would have sent. Anybody may read it: nobody in a demo program is real."""
    if not settings.DEMO_MODE:
        raise Http404
    return render(request, "demo/mail.html", {"mails": newest_mails(Path(settings.EMAIL_FILE_PATH), SHOWN)})
