"""The change of level of a domain that an initiative is expected to bring."""

from django.db import models


class Expectation(models.Model):
    initiative = models.ForeignKey(
        "Initiative", on_delete=models.CASCADE, related_name="expectations"
    )
    # Key of the edition whose domain this is.
    edition_key = models.SlugField(max_length=80)
    domain = models.CharField(max_length=40)
    # Null: the domain had no level when the initiative was planned.
    level_before = models.DecimalField(
        max_digits=2, decimal_places=1, null=True, blank=True
    )
    level_after = models.DecimalField(max_digits=2, decimal_places=1)

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=["initiative", "edition_key", "domain"],
                name="one_expectation_per_domain",
            ),
        )
