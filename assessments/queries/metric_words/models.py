"""What the metrics of models are called, and what they say."""

from django.utils.translation import gettext_lazy as _

NAMES = {
    "standard_pipeline_share": _("Models in the standard pipeline"),
    "availability_monitoring_share": _("Models with availability monitoring"),
    "performance_monitoring_share": _("Models with performance monitoring"),
    "drift_monitoring_share": _("Models with drift monitoring"),
    "fairness_monitoring_share": _("Models with fairness monitoring"),
    "performance_and_drift_monitoring_share": _(
        "Models with performance and drift monitoring"
    ),
    "full_monitoring_share": _("Models with full monitoring"),
    "validated_to_production_time": _("Time from validated version to production"),
    "automatic_reaction_rate": _("Automatic reaction rate"),
}
MEANINGS = {
    "standard_pipeline_share": _(
        "Share of live model versions that an automated pipeline run made."
    ),
    "availability_monitoring_share": _(
        "Share of live models whose availability a monitor watches."
    ),
    "performance_monitoring_share": _(
        "Share of live models whose performance a monitor watches."
    ),
    "drift_monitoring_share": _("Share of live models whose drift a monitor watches."),
    "fairness_monitoring_share": _(
        "Share of live models whose fairness a monitor watches."
    ),
    "performance_and_drift_monitoring_share": _(
        "Share of live models whose performance and drift are both watched."
    ),
    "full_monitoring_share": _(
        "Share of live models whose performance, drift and fairness are all watched."
    ),
    "validated_to_production_time": _(
        "Median time from a model version's evaluation to its first production"
        " deployment."
    ),
    "automatic_reaction_rate": _(
        "Share of degradations that an automatic alert or rollback answered in time."
    ),
}
