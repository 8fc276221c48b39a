"""The words by which environments, jobs, tags and labels are recognized. Data."""

# Of an environment's name, parted at everything that is no letter or digit.
PRODUCTION = frozenset({"prod", "production", "prd", "live", "produktion", "produktiv"})
NOT_PRODUCTION = frozenset(
    {
        "acc", "acceptance", "canary", "ci", "demo", "dev", "development", "int",
        "integration", "lab", "local", "non", "nonprod", "pr", "pre", "preprod",
        "preview", "qa", "review", "sandbox", "stage", "staging", "stg", "test",
        "testing", "uat",
    }
)  # fmt: skip
# Of a job's, stage's or workflow's name.
DEPLOYING = frozenset(
    {
        "cd", "delivery", "deploy", "deployment", "deploys", "promote", "publish",
        "release", "rollout", "ship",
    }
)  # fmt: skip
NOT_DEPLOYING = frozenset(
    {
        "build", "check", "docs", "draft", "lint", "notes", "scan", "validate",
        *NOT_PRODUCTION,
    }
)  # fmt: skip
# Of a tag that is no release yet.
PRELIMINARY = frozenset(
    {"alpha", "beta", "dev", "nightly", "pre", "preview", "rc", "snapshot", "test"}
)
# Of a label on a change.
REPAIR = frozenset({"emergency", "hotfix", "urgent"})
# Rule fields that hold patterns of names, by what the names are of.
OF_ENVIRONMENTS = frozenset({"environments"})
OF_JOBS = frozenset({"workflows", "jobs", "stages", "pipelines", "steps"})
OF_TAGS = frozenset({"tags"})
OF_LABELS = frozenset({"hotfix_labels"})
