"""What the five delivery metrics are called, and what they say."""

from django.utils.translation import gettext_lazy as _

NAMES = {
    "change_lead_time": _("Change lead time"),
    "deployment_frequency": _("Deployment frequency"),
    "failed_deployment_recovery_time": _("Failed deployment recovery time"),
    "change_fail_rate": _("Change fail rate"),
    "deployment_rework_rate": _("Deployment rework rate"),
}
MEANINGS = {
    "change_lead_time": _(
        "Median time from a change's first commit to the first production deployment"
        " that contains it. The first deployment of a service, which one under a new"
        " name is too, follows none and yields none."
    ),
    "deployment_frequency": _(
        "Successful production deployments per week, days without any included."
    ),
    "failed_deployment_recovery_time": _(
        "Median time from a failed production deployment to restored service; failures"
        " still open are counted beside it."
    ),
    "change_fail_rate": _(
        "Share of completed production deployments that needed immediate intervention."
    ),
    "deployment_rework_rate": _(
        "Share of completed production deployments that were unplanned repairs of"
        " production."
    ),
}
