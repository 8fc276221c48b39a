"""What the metrics of service levels are called, and what they say."""

from django.utils.translation import gettext_lazy as _

NAMES = {"error_budget_left": _("Error budget left")}
MEANINGS = {
    "error_budget_left": _(
        "Of the objectives in force, the error budget of which least is left:"
        " 1 − bad ÷ allowed bad. Software objectives count in the code lane, those"
        " of model quality in the model lane."
    )
}
