"""Examples of service levels for the description of the API."""

from __future__ import annotations

BUDGET = {
    "left": 0.4,
    "left_low": -0.18,
    "left_high": 0.7,
    "ratio": 0.994,
    "ratio_low": 0.988,
    "ratio_high": 0.997,
    "n": 1338,
    "good": 1330,
    "bad": 8,
    "unknown": 0,
    "allowed_bad": 13.38,
    "coverage": 1.0,
    "window_start": "2026-10-25T00:00:00Z",
    "window_end": "2026-11-22T00:00:00Z",
    "as_of": "2026-11-21T21:10:00Z",
}
ROW = {
    "id": 3,
    "name": "checkout-availability",
    "title": "Checkout answers",
    "category": "software",
    "service": "checkout",
    "version": 1,
    "target": 0.99,
    "state": "burning",
    "retired_at": None,
    "budget": BUDGET,
    "observed_until": "2026-11-21T21:10:00Z",
    "watches": [
        {
            "rule": "fast",
            "severity": "page",
            "fires_at": 13.44,
            "long_seconds": 3600,
            "long_rate": 50.0,
            "long_n": 2,
            "short_seconds": 300,
            "short_rate": 100.0,
            "short_n": 1,
            "fires": True,
        }
    ],
    "burning": [{"rule": "fast", "severity": "page", "since": "2026-11-21T20:45:00Z"}],
}
OPENSLO = {
    "apiVersion": "openslo/v1",
    "kind": "SLO",
    "metadata": {"name": "checkout-runs"},
    "spec": {
        "service": "checkout",
        "indicator": {
            "spec": {
                "ratioMetric": {
                    "good": {
                        "metricSource": {
                            "type": "Compel",
                            "spec": {"events": "pipeline_run", "judged": "good"},
                        }
                    },
                    "total": {
                        "metricSource": {
                            "type": "Compel",
                            "spec": {"events": "pipeline_run"},
                        }
                    },
                }
            }
        },
        "timeWindow": [{"duration": "28d", "isRolling": True}],
        "budgetingMethod": "Occurrences",
        "objectives": [{"targetPercent": 99}],
    },
}
DAY = {
    "day": "2026-11-21",
    "version": 1,
    "left": 0.4,
    "good": 40,
    "bad": 4,
    "unknown": 0,
}
WEEK = {
    "first": "2026-11-16",
    "last": "2026-11-21",
    "over": False,
    "objectives": [
        {
            "id": 3,
            "name": "checkout-availability",
            "category": "software",
            "left_before": 0.78,
            "left_after": 0.4,
            "change": -0.38,
            "good": 277,
            "bad": 5,
            "unknown": 0,
        }
    ],
    "note": {
        "text": "Releases are frozen.",
        "written_by": "Ada",
        "written_at": "2026-11-21T21:10:00Z",
    },
}
