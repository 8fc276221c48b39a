"""Every connector by its kind: what a source may be connected to.

Ours first, then those of installed packages. A package that brings none that can be
used is told of by the system checks, and left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assessments.connectors.airflow import Airflow
from assessments.connectors.alertmanager import Alertmanager
from assessments.connectors.argocd import ArgoCD
from assessments.connectors.azuredevops import AzureDevOps
from assessments.connectors.bamboo import Bamboo
from assessments.connectors.bitbucket import Bitbucket
from assessments.connectors.bitbucket_server import BitbucketServer
from assessments.connectors.circleci import CircleCI
from assessments.connectors.dvc import DVC
from assessments.connectors.evidently import Evidently
from assessments.connectors.git import Git
from assessments.connectors.gitea import Gitea
from assessments.connectors.github import GitHub
from assessments.connectors.gitlab import GitLab
from assessments.connectors.jenkins import Jenkins
from assessments.connectors.jira import Jira
from assessments.connectors.kubeflow import Kubeflow
from assessments.connectors.mlflow import MLflow
from assessments.connectors.opsgenie import Opsgenie
from assessments.connectors.pagerduty import PagerDuty
from assessments.connectors.prometheus import Prometheus
from assessments.connectors.sagemaker import SageMaker
from assessments.connectors.sonarqube import SonarQube
from assessments.connectors.table import TableFile
from assessments.connectors.third_party import find
from assessments.connectors.vertex import Vertex
from assessments.connectors.webhook import Webhook

if TYPE_CHECKING:
    from assessments.connectors.base import Connector
    from assessments.connectors.base.hooking import Hooks
    from assessments.connectors.third_party import Broken

OURS: dict[str, Connector] = {
    connector.kind: connector
    for connector in (
        Airflow(),
        Alertmanager(),
        ArgoCD(),
        AzureDevOps(),
        Bamboo(),
        CircleCI(),
        DVC(),
        Evidently(),
        Git(),
        GitHub(),
        GitLab(),
        Gitea(),
        Bitbucket(),
        BitbucketServer(),
        Jenkins(),
        Kubeflow(),
        MLflow(),
        Prometheus(),
        Jira(),
        Opsgenie(),
        PagerDuty(),
        SageMaker(),
        Vertex(),
        SonarQube(),
        TableFile(),
        Webhook(),
    )
}

# The kind of sources that events are sent to is no connector's.
_found = find(taken={*OURS, "push"})

CONNECTORS: dict[str, Connector] = {**OURS, **_found.connectors}
BROKEN: tuple[Broken, ...] = _found.broken


def hooks_of(kind: str) -> Hooks | None:
    """Return how a platform of this kind pushes; None: it does not."""
    hooks: Hooks | None = getattr(CONNECTORS.get(kind), "hooks", None)
    return hooks
