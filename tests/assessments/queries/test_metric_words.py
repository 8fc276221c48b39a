"""Metrics are called in every language what the arithmetic calls them in English."""

from __future__ import annotations

from assessments.queries import metric_words
from scoring import metrics


def test_every_metric_has_its_name() -> None:
    said = {key: metric_words.name(key) for key in metrics.METRICS}
    assert said == {key: metric.name for key, metric in metrics.METRICS.items()}
    assert metric_words.NAMES.keys() == metrics.METRICS.keys()


def test_every_metric_says_what_it_means() -> None:
    said = {key: metric_words.meaning(key) for key in metrics.METRICS}
    assert said == {key: metric.meaning for key, metric in metrics.METRICS.items()}
    assert metric_words.MEANINGS.keys() == metrics.METRICS.keys()


def test_a_metric_of_another_version_keeps_its_key() -> None:
    assert metric_words.name("new_kind_of_rate") == "New kind of rate"
