"""How changes flow to production: stages, batches, rhythm, pipelines, data."""

from __future__ import annotations

from scoring.events import Lane
from scoring.metrics.definition import Better, Metric
from scoring.metrics.measurement import Unit

_BOTH = (Lane.CODE, Lane.MODEL)


def _time(key: str, name: str, meaning: str, lanes: tuple[Lane, ...] = _BOTH) -> Metric:
    return Metric(
        key=key,
        name=name,
        unit=Unit.SECONDS,
        better=Better.LOWER,
        lanes=lanes,
        meaning=meaning,
    )


def _ratio(key: str, name: str, better: Better, meaning: str) -> Metric:
    return Metric(
        key=key,
        name=name,
        unit=Unit.RATIO,
        better=better,
        lanes=_BOTH,
        meaning=meaning,
    )


# Where lead time goes: its stages, and the longest of them.
LEAD_TIME = (
    _time(
        "coding_time",
        "Coding time",
        "Median time from a change's first commit to its opening for review.",
        (Lane.CODE,),
    ),
    _time(
        "review_time",
        "Review time",
        "Median time from opening a change for review to its merge.",
        (Lane.CODE,),
    ),
    _time(
        "waiting_time",
        "Waiting time",
        "Median time from the merge of a change to the start of the pipeline that"
        " delivers it, or of its deployment where no pipeline is known.",
        (Lane.CODE,),
    ),
    _time(
        "pipeline_time",
        "Pipeline time",
        "Median time from the start of the pipeline of the deployed commit to the start"
        " of the deployment.",
        (Lane.CODE,),
    ),
    _time(
        "deploy_time",
        "Deploy time",
        "Median time from the start of a change's deployment to its end.",
        (Lane.CODE,),
    ),
    _time(
        "training_time",
        "Training time",
        "Median time from the data or code of a model version to its training.",
        (Lane.MODEL,),
    ),
    _time(
        "evaluation_time",
        "Evaluation time",
        "Median time from the training of a model version to its evaluation.",
        (Lane.MODEL,),
    ),
    _time(
        "registration_time",
        "Registration time",
        "Median time from the evaluation of a model version to its registration.",
        (Lane.MODEL,),
    ),
    _time(
        "release_time",
        "Release time",
        "Median time from the registration of a model version to its production"
        " deployment.",
        (Lane.MODEL,),
    ),
    _ratio(
        "lead_time_bottleneck",
        "Lead time bottleneck",
        Better.LOWER,
        "Share of the summed lead time that the longest stage takes, said where what is"
        " not told apart could not make another stage the longest.",
    ),
)
_RECOVERIES = (
    _time(
        "data_recovery_time",
        "Recovery time of failures from data",
        "Median time to restored service of deployments that failed because of data.",
    ),
    _time(
        "model_recovery_time",
        "Recovery time of failures from models",
        "Median time to restored service of deployments that failed because of a"
        " model.",
    ),
    _time(
        "infrastructure_recovery_time",
        "Recovery time of failures from infrastructure",
        "Median time to restored service of deployments that failed because of"
        " infrastructure.",
    ),
    _time(
        "code_recovery_time",
        "Recovery time of failures from code",
        "Median time to restored service of deployments that failed because of code.",
    ),
    _time(
        "unexplained_recovery_time",
        "Recovery time of unexplained failures",
        "Median time to restored service of failed deployments of which no incident"
        " tells a cause.",
    ),
)
FLOW = (
    *LEAD_TIME,
    Metric(
        key="batch_size",
        name="Batch size",
        unit=Unit.COUNT,
        better=Better.LOWER,
        lanes=_BOTH,
        meaning="Median number of changes in a deployment that brought something new.",
    ),
    _time(
        "longest_deployment_gap",
        "Longest time without a deployment",
        "Most days in a row without a successful production deployment, those up to the"
        " end of the window included.",
    ),
    _ratio(
        "rolling_change_fail_rate",
        "Change fail rate of 30 days",
        Better.LOWER,
        "Change fail rate of the last 30 days of the window.",
    ),
    *_RECOVERIES,
    _ratio(
        "pipeline_success_rate",
        "Pipeline success rate",
        Better.HIGHER,
        "Share of completed pipeline runs that succeeded.",
    ),
    _time(
        "pipeline_queue_time",
        "Pipeline queue time",
        "Median time for which a pipeline run waited to be started.",
    ),
    _ratio(
        "flaky_pipeline_rate",
        "Flaky pipeline rate",
        Better.LOWER,
        "Share of successful pipeline runs before which a run of the same pipeline and"
        " commit had failed within a day.",
    ),
    _ratio(
        "gate_pass_rate",
        "Gate pass rate",
        Better.HIGHER,
        "Share of runs that passed the gates of pipelines.",
    ),
    _ratio(
        "data_pipeline_success_rate",
        "Data pipeline success rate",
        Better.HIGHER,
        "Share of completed runs of data pipelines that succeeded.",
    ),
    _ratio(
        "data_validation_pass_rate",
        "Data validation pass rate",
        Better.HIGHER,
        "Share of data validations that passed.",
    ),
    _ratio(
        "quarantine_rate",
        "Quarantine rate",
        Better.LOWER,
        "Share of the rows read by data pipelines that were set aside.",
    ),
    _ratio(
        "data_freshness_rate",
        "Data freshness rate",
        Better.HIGHER,
        "Share of freshness checks that found data within its limit.",
    ),
)
