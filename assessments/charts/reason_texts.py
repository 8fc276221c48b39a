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
    _(
        "By their clocks, all changes in the window were deployed before they were"
        " begun."
    ),
    _("No production deployment was ever seen."),
    _("The window is empty."),
    _("No deployment in the window failed."),
    _("Of no failed deployment in the window is it known when service was restored."),
    _("No change with a lead time went out in the window."),
    _("The changes in the window took no time at all."),
    _(
        "Too much of the lead time cannot be told apart by stage to say which"
        " is the longest."
    ),
    _("Of no change in the window is it known when this stage began and ended."),
    _("No deployment in the window is known to have failed of this."),
    _("No pipeline run ended in the window."),
    _("No pipeline run in the window says that it moves data."),
    _("Of no pipeline run in the window is it known how long it waited."),
    _("No pipeline run succeeded in the window."),
    _("Of no pipeline run in the window is the commit known."),
    _("No pipeline run in the window says that it is a gate."),
    _("No pipeline run in the window says that it validates data."),
    _("No pipeline run in the window tells how many rows it read and set aside."),
    _("No monitor told how fresh data is in the window."),
    _("No check of freshness in the window says what its limit is."),
    _("No service level objective was in force."),
    _("Nothing was observed for any objective in force."),
    _("No model version is known to be in production."),
    _("Of no live model version is it known how it was made."),
    _("No monitor has sent any signal in the window."),
    _("No known model version went to production in the window."),
    _("Of no model version that went to production is its evaluation known."),
    _("No degradation was seen in the window."),
    _("Of no live model is an owner recorded."),
    _("Of no live model is a review date recorded."),
    _("Of no live model version is a model card recorded."),
    _("Of no live model is it recorded who is on call."),
    _("Of no live model is it known when it was trained."),
    _("No signal of this kind with a threshold was seen of any live model."),
    _("No signal of any live model names this quantity as its measure."),
    _("No signal tells of the cost of any live model."),
    _("No model version was registered in the window."),
    _("No model version names its code."),
    _("No model version names its data."),
    _("No model version names its parameters."),
    _("No model version names its environment."),
    _("No training run was seen in the window."),
    _("Of no training run is it known whether a tracker has it."),
    _("Of no training run is it known what started it."),
    _("No model version went to production in the window."),
    _("No release records who made it."),
    _("No release records which version it brought."),
    _("No release records why it was made."),
    _("No release records an approval."),
    _("Of no release is it recorded whether it was self-service."),
    _("No rollback signal was seen in the window."),
    _("No drill was ever recorded."),
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
