"""Measurements as JSON: a number never stands without its n and its interval."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.reverse import reverse

from assessments.api.serializers.base import Plain, number
from assessments.charts import words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assessments.queries.results import Measured


class Links(Plain):
    """Where the number is explained, for people."""

    page = serializers.URLField(help_text="The criterion's page.")
    events = serializers.URLField(help_text="The events that were counted.")


class InWords(Plain):
    """As pages and documents write it."""

    value = serializers.CharField()
    interval = serializers.CharField()
    window = serializers.CharField()


class Measure(Plain):
    """A metric over a window."""

    metric = serializers.CharField()
    name = serializers.CharField()
    lane = serializers.ChoiceField(choices=["code", "model"])
    status = serializers.ChoiceField(choices=["value", "unknown", "not_applicable"])
    unit = serializers.ChoiceField(
        choices=["seconds", "ratio", "per_week", "count", "index", "points", "amount"]
    )
    value = number("In `unit`; ratios are 0–1.")
    low = number("Lower end of the 95 % interval.")
    high = number("Upper end of the 95 % interval.")
    n = serializers.IntegerField(help_text="Observations behind the value.")
    coverage = number("Share of what should have been observed that was, 0–1.")
    provisional = serializers.BooleanField(help_text="Fewer than the minimum n.")
    window_start = serializers.DateTimeField()
    window_end = serializers.DateTimeField(help_text="Not in the window any more.")
    detail = serializers.DictField(
        child=serializers.FloatField(allow_null=True),
        help_text="Companions of the value, such as `p95_s`.",
    )
    because = serializers.CharField(help_text="Why there is no value.")
    words = serializers.SerializerMethodField()

    @extend_schema_field(InWords)
    def get_words(self, one: Measured) -> dict[str, str]:
        """Write it as pages do."""
        return {
            "value": words.quantity(one.value, one.unit),
            "interval": words.interval(one.low, one.high, one.unit),
            "window": words.window(one.window_start, one.window_end),
        }


class Measurement(Measure):
    """A measurement that a criterion asked for."""

    criterion = serializers.CharField()
    links = serializers.SerializerMethodField()

    @extend_schema_field(Links)
    def get_links(self, one: Measured) -> dict[str, str]:
        """Return where it is explained."""
        links = links_of(self.context, one.criterion)
        return links | {"events": f"{links['events']}?metric={one.metric}"}


class Lane(Plain):
    """The delivery metrics of one lane."""

    lane = serializers.ChoiceField(choices=["code", "model"])
    label = serializers.CharField()  # type: ignore[assignment]  # a field of this name, not the label of this serializer
    metrics = Measurement(many=True)


class LiveLane(Plain):
    """The delivery metrics of one lane, as they are now."""

    lane = serializers.ChoiceField(choices=["code", "model"])
    metrics = Measure(many=True)
    flow = Measure(
        many=True,
        help_text="Stages of lead time, batches, rhythm, causes, pipelines and data.",
    )


class Delivery(Plain):
    """Both lanes side by side; they are never averaged together."""

    first = serializers.DateField(help_text="First day of the window.")
    last = serializers.DateField(help_text="Last day of the window.")
    service = serializers.CharField(allow_null=True, help_text="Its key, if asked.")
    lanes = LiveLane(many=True)
    page = serializers.URLField(help_text="The dashboard with the same filters.")


def links_of(context: Mapping[str, Any], criterion: str) -> dict[str, str]:
    """Return the pages of a criterion; the room says who asks, and in which cycle."""
    place = [context["me"].workspace_slug, context["cycle_id"], criterion]
    request = context["request"]
    return {
        "page": reverse("criterion", args=place, request=request),
        "events": reverse("criterion_events", args=place, request=request),
    }
