"""What a person noted about a model because no system tells it; systems come first."""

from django.conf import settings
from django.db import models


class ModelNote(models.Model):
    service = models.OneToOneField(
        "Service", on_delete=models.CASCADE, related_name="model_note"
    )
    owner = models.CharField(max_length=120, blank=True)
    review_on = models.DateField(null=True, blank=True)
    # From this day on it no longer serves, unless it is deployed again.
    retired_on = models.DateField(null=True, blank=True)
    model_card = models.CharField(max_length=500, blank=True)
    # Data scientists and engineers are on call together; null: nobody said.
    shared_on_call = models.BooleanField(null=True, blank=True)
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    noted_at = models.DateTimeField()

    class Meta:
        ordering = ("service_id",)
