"""What the metrics of flow are called, and what they say."""

from django.utils.translation import gettext_lazy as _

NAMES = {
    "coding_time": _("Coding time"),
    "review_time": _("Review time"),
    "waiting_time": _("Waiting time"),
    "pipeline_time": _("Pipeline time"),
    "deploy_time": _("Deploy time"),
    "training_time": _("Training time"),
    "evaluation_time": _("Evaluation time"),
    "registration_time": _("Registration time"),
    "release_time": _("Release time"),
    "lead_time_bottleneck": _("Lead time bottleneck"),
    "batch_size": _("Batch size"),
    "longest_deployment_gap": _("Longest time without a deployment"),
    "rolling_change_fail_rate": _("Change fail rate of 30 days"),
    "data_recovery_time": _("Recovery time of failures from data"),
    "model_recovery_time": _("Recovery time of failures from models"),
    "infrastructure_recovery_time": _("Recovery time of failures from infrastructure"),
    "code_recovery_time": _("Recovery time of failures from code"),
    "unexplained_recovery_time": _("Recovery time of unexplained failures"),
    "pipeline_success_rate": _("Pipeline success rate"),
    "pipeline_queue_time": _("Pipeline queue time"),
    "flaky_pipeline_rate": _("Flaky pipeline rate"),
    "gate_pass_rate": _("Gate pass rate"),
    "data_pipeline_success_rate": _("Data pipeline success rate"),
    "data_validation_pass_rate": _("Data validation pass rate"),
    "quarantine_rate": _("Quarantine rate"),
    "data_freshness_rate": _("Data freshness rate"),
}
MEANINGS = {
    "coding_time": _(
        "Median time from a change's first commit to its opening for review."
    ),
    "review_time": _("Median time from opening a change for review to its merge."),
    "waiting_time": _(
        "Median time from the merge of a change to the start of the pipeline"
        " that delivers it, or of its deployment where no pipeline is known."
    ),
    "pipeline_time": _(
        "Median time from the start of the pipeline of the deployed commit to"
        " the start of the deployment."
    ),
    "deploy_time": _("Median time from the start of a change's deployment to its end."),
    "training_time": _(
        "Median time from the data or code of a model version to its training."
    ),
    "evaluation_time": _(
        "Median time from the training of a model version to its evaluation."
    ),
    "registration_time": _(
        "Median time from the evaluation of a model version to its registration."
    ),
    "release_time": _(
        "Median time from the registration of a model version to its production"
        " deployment."
    ),
    "lead_time_bottleneck": _(
        "Share of the summed lead time that the longest stage takes, said where"
        " what is not told apart could not make another stage the longest."
    ),
    "batch_size": _(
        "Median number of changes in a deployment that brought something new."
    ),
    "longest_deployment_gap": _(
        "Most days in a row without a successful production deployment, those"
        " up to the end of the window included."
    ),
    "rolling_change_fail_rate": _(
        "Change fail rate of the last 30 days of the window."
    ),
    "data_recovery_time": _(
        "Median time to restored service of deployments that failed because of data."
    ),
    "model_recovery_time": _(
        "Median time to restored service of deployments that failed because of a model."
    ),
    "infrastructure_recovery_time": _(
        "Median time to restored service of deployments that failed because of"
        " infrastructure."
    ),
    "code_recovery_time": _(
        "Median time to restored service of deployments that failed because of code."
    ),
    "unexplained_recovery_time": _(
        "Median time to restored service of failed deployments of which no"
        " incident tells a cause."
    ),
    "pipeline_success_rate": _("Share of completed pipeline runs that succeeded."),
    "pipeline_queue_time": _(
        "Median time for which a pipeline run waited to be started."
    ),
    "flaky_pipeline_rate": _(
        "Share of successful pipeline runs before which a run of the same"
        " pipeline and commit had failed within a day."
    ),
    "gate_pass_rate": _("Share of runs that passed the gates of pipelines."),
    "data_pipeline_success_rate": _(
        "Share of completed runs of data pipelines that succeeded."
    ),
    "data_validation_pass_rate": _("Share of data validations that passed."),
    "quarantine_rate": _(
        "Share of the rows read by data pipelines that were set aside."
    ),
    "data_freshness_rate": _(
        "Share of freshness checks that found data within its limit."
    ),
}
