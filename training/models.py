"""What makes a mentor ready."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import UUIDModel
from people.models import MentorProfile


class TrainingRecord(UUIDModel):
    """A mentor's training, agreement and screening. Unknown dates are not done."""

    mentor = models.OneToOneField(MentorProfile, on_delete=models.CASCADE, related_name="training")
    hours = models.DecimalField(_("training hours"), max_digits=5, decimal_places=1, default=0)
    agreement_signed_on = models.DateField(_("agreement signed on"), null=True, blank=True)
    screening_valid_until = models.DateField(_("screening valid until"), null=True, blank=True)
