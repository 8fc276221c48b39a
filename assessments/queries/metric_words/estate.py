"""What the metrics of the health of models are called, and what they say."""

from django.utils.translation import gettext_lazy as _

NAMES = {
    "owned_models_share": _("Models with an owner"),
    "review_dated_share": _("Models with a review date"),
    "models_past_review": _("Models past their review date"),
    "model_card_share": _("Models with a model card"),
    "shared_on_call_share": _("Models with shared on-call"),
    "model_age": _("Model age"),
    "drift_exceedance_share": _("Models over a drift line"),
    "performance_exceedance_share": _("Models over a performance line"),
    "fairness_exceedance_share": _("Models over a fairness line"),
    "freshness_exceedance_share": _("Models over a freshness line"),
    "latency_exceedance_share": _("Models over a latency line"),
    "population_stability_index": _("Population stability index"),
    "auc_drop": _("Drop of AUC"),
    "quality_drop": _("Drop of quality"),
    "fairness_gap": _("Fairness gap"),
    "feature_freshness": _("Feature freshness"),
    "p99_latency": _("P99 serving latency"),
    "training_serving_skew": _("Training-serving skew"),
    "cost_known_share": _("Models with known cost"),
    "reproducible_versions_share": _("Reproducible model versions"),
    "retraining_frequency": _("Retraining frequency"),
    "tracked_runs_share": _("Tracked training runs"),
    "automatic_training_share": _("Automatic training runs"),
    "triggered_training_share": _("Training started by data or degradation"),
    "audit_complete_share": _("Complete release records"),
    "approved_releases_share": _("Approved releases"),
    "self_service_share": _("Self-service releases"),
    "automatic_rollback_share": _("Automatic rollbacks"),
    "drills_with_findings": _("Drills with findings"),
}
MEANINGS = {
    "owned_models_share": _(
        "Share of live models whose record names who answers for them."
    ),
    "review_dated_share": _(
        "Share of live models whose record names the day of the next review."
    ),
    "models_past_review": _("Live models whose review date has passed."),
    "model_card_share": _(
        "Share of live models whose version's record names its model card."
    ),
    "shared_on_call_share": _(
        "Share of live models for which data scientists and engineers are "
        "on call together."
    ),
    "model_age": _("Median time since the live model versions were trained."),
    "drift_exceedance_share": _(
        "Share of live models whose newest drift signals broke their own threshold."
    ),
    "performance_exceedance_share": _(
        "Share of live models whose newest performance signals broke their "
        "own threshold."
    ),
    "fairness_exceedance_share": _(
        "Share of live models whose newest fairness signals broke their own threshold."
    ),
    "freshness_exceedance_share": _(
        "Share of live models whose newest freshness signals broke their own threshold."
    ),
    "latency_exceedance_share": _(
        "Share of live models whose newest latency signals broke their own threshold."
    ),
    "population_stability_index": _(
        "Highest newest population stability index of any live model, over "
        "features and score."
    ),
    "auc_drop": _(
        "Largest newest drop of AUC against the reference evaluation, of "
        "any live model."
    ),
    "quality_drop": _(
        "Largest newest drop of the agreed quality metric against its "
        "reference, of any live model."
    ),
    "fairness_gap": _(
        "Largest newest difference of the agreed metric between subgroups, "
        "of any live model."
    ),
    "feature_freshness": _(
        "Longest newest time since a feature of any live model last got a value."
    ),
    "p99_latency": _(
        "Highest newest 99th percentile of request latency of any live model."
    ),
    "training_serving_skew": _(
        "Highest newest share of feature values that differ between "
        "training and serving, of any live model."
    ),
    "cost_known_share": _("Share of live models whose cost was told in the window."),
    "reproducible_versions_share": _(
        "Share of registered model versions whose record names code, data, "
        "parameters and environment."
    ),
    "retraining_frequency": _(
        "How often a week live models were trained anew: the median of them."
    ),
    "tracked_runs_share": _(
        "Share of training runs with an entry in an experiment tracker."
    ),
    "automatic_training_share": _("Share of training runs that no person started."),
    "triggered_training_share": _(
        "Share of training runs that new data, drift or a loss of quality started."
    ),
    "audit_complete_share": _(
        "Share of releases whose record holds who, what, when, why, "
        "approval and result."
    ),
    "approved_releases_share": _("Share of releases whose record holds an approval."),
    "self_service_share": _(
        "Share of releases that the model's team made without a ticket."
    ),
    "automatic_rollback_share": _("Share of rollbacks that a machine began."),
    "drills_with_findings": _(
        "Drills of losing a component whose findings are recorded."
    ),
}
