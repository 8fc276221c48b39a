"""The sentences that the arithmetic stores, as patterns that translators can read.

The arithmetic knows English alone, and what it wrote is hashed with its numbers. Pages
show these sentences in the reader's language, as far as they are known here.
"""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

# Why a level stands or is missing, without the name of the column before it.
LEVELS = (
    _("No answer yet."),
    _("Does not apply, according to the one answer."),
    _("Does not apply, according to all %(n)s answers."),
    _("No level, the one answer is unknown."),
    _("No level, all %(n)s answers are unknown."),
    _("No level, %(n)s of %(of)s people needed gave one."),
    _("No level, %(n)s of %(of)s answers name one and %(needed)s are needed."),
    _("One person's answer."),
    _("%(n)s people agree."),
    _("The lower middle of %(n)s answers that go from %(before)s to %(after)s."),
    _(
        "The answers lie %(level)s levels apart; settle that by name and reason, no"
        " average hides it."
    ),
    _("%(n)s of %(of)s answers is unknown."),
    _("%(n)s of %(of)s answers are unknown."),
    _("Nothing of the sort is delivered here."),
    _("%(codes)s unknown."),
    _("%(proposals)s; the lowest counts."),
    _("No level, nothing is bound to telemetry."),
    _("No level, nothing here applies."),
    _("No level, none of the inputs has one."),
    _("No level, %(share)s of the inputs are known and %(needed)s are needed."),
    _("Settled at %(level)s in calibration: %(text)s"),
    _("What was decided on %(codes)s gives way to that."),
    _("The declared level stands."),
    _("Nobody has decided on %(code)s yet."),
    _("The accept of %(code)s expired on %(day)s and counts no more."),
    _("The dispute of %(code)s expired on %(day)s and counts no more."),
    _("The override of %(code)s expired on %(day)s and counts no more."),
    _("The proposal of %(code)s is disputed."),
    _("%(code)s was accepted, but nothing is proposed."),
    _("%(code)s is overridden to %(level)s until %(day)s."),
    _("%(code)s is overridden to %(level)s."),
    _("%(code)s was accepted at %(level)s; the proposal has since moved to %(after)s."),
    _("%(code)s was accepted at %(level)s."),
    _("%(code)s proposes %(level)s."),
    _("Declared is higher than measured by %(level)s level."),
    _("Declared is higher than measured by %(level)s levels."),
    _("Declared is lower than measured by %(level)s level."),
    _("Declared is lower than measured by %(level)s levels."),
)
# Why a criterion proposes what it does.
PROPOSALS = (
    _("Level %(level)s holds: %(line)s, and it is %(value)s (n = %(n)s)."),
    _("Level %(level)s asks for %(line)s; it is %(value)s (n = %(n)s)."),
    _("%(metric)s was not measured."),
    _("%(metric)s does not apply: %(why)s."),
    _("%(metric)s is unknown: %(why)s."),
    _(
        "%(metric)s covers %(share)s of what should be seen; this criterion asks for"
        " %(needed)s."
    ),
    _("Therefore no level is proposed."),
    _("Therefore the climb stops below level %(level)s."),
    _("Provisional: %(metric)s rests on %(n)s observations, fewer than %(of)s."),
    _("Provisional: %(metric)s rests on a thin sample (n = %(n)s)."),
)
# Why nothing could be measured.
MEASUREMENTS = (
    _("No successful production deployment is known in the window."),
    _("No completed production deployment is known in the window."),
    _("No deployment in the window brought anything new to a predecessor."),
    _("It is not known which changes the deployments in the window carried."),
    _("No production deployment was ever seen."),
    _("The window is empty."),
    _("No deployment in the window failed."),
    _("Of no failed deployment in the window is it known when service was restored."),
    _("No model version is known to be in production."),
    _("Of no live model version is it known how it was made."),
    _("No monitor has sent any signal in the window."),
    _("No known model version went to production in the window."),
    _("Of no model version that went to production is its evaluation known."),
    _("No degradation was seen in the window."),
)
# Why a deployment counts as failed or as a repair.
VERDICTS = (
    _("Incident %(id)s names this deployment."),
    _("Deployment %(id)s rolled it back."),
    _("Signal %(id)s tells that it was rolled back."),
    _("Change %(id)s reverted or hotfixed it."),
    _("Commit %(id)s reverted or hotfixed it."),
    _("Deployment %(id)s repaired it."),
    _("Incident %(id)s was opened %(value)s after it, and no deployment between."),
    _("The platform reports that it failed."),
    _("It is still open."),
    _("It repaired production."),
)
# What moved between two scorings, and what moved it.
MOVEMENTS = (
    _("%(part)s: %(columns)s rose from %(before)s to %(after)s."),
    _("%(part)s: %(columns)s fell from %(before)s to %(after)s."),
    _("%(part)s: %(columns)s became known as %(after)s."),
    _("%(part)s: %(columns)s is no longer known, it was %(before)s."),
    _("%(part)s moved."),
    _("One person answered %(codes)s anew."),
    _("%(n)s people answered %(codes)s anew."),
    _("%(who)s accepted %(code)s at %(level)s."),
    _("%(who)s disputed %(code)s."),
    _("%(who)s overrode %(code)s at %(level)s."),
    _("%(code)s: %(level)s was agreed in calibration by %(who)s: %(text)s"),
    _("%(code)s: The settlement was taken back by %(who)s: %(text)s"),
    _("The decision on %(code)s ended on %(text)s"),
    _("%(metric)s went from %(value)s to %(now)s (in %(of)s days, n = %(n)s)."),
    _("%(metric)s went from %(value)s to %(now)s (%(why)s)."),
)
KNOWN = (*LEVELS, *PROPOSALS, *MEASUREMENTS, *VERDICTS, *MOVEMENTS)
