"""What a workspace may decide about data and models in a repository."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from assessments.connectors.base import FieldKind, RuleField, answers, matches

if TYPE_CHECKING:
    from assessments.connectors.base import Plain

RULE_FIELDS = (
    RuleField(
        name="branch",
        label="Branch that is read",
        help="Empty: the repository's default branch.",
        kind=FieldKind.TEXT,
        default="",
        optional=True,
    ),
    RuleField(
        name="models",
        label="Outputs that are models",
        help="One pattern a line, of paths in the repository; * stands for anything.",
        kind=FieldKind.LIST,
        default=(
            "models/*", "model/*", "*/models/*", "*/model/*", "*model.*", "*.pkl",
            "*.joblib", "*.onnx", "*.pt", "*.pth", "*.h5", "*.keras", "*.safetensors",
        ),
        optional=True,
    ),
    RuleField(
        name="data",
        label="Dependencies that are data",
        help="One pattern a line, of the path. What a .dvc file tracks is data anyway.",
        kind=FieldKind.LIST,
        default=("data/*", "datasets/*", "*/data/*", "*.csv", "*.parquet"),
        optional=True,
    ),
    RuleField(
        name="named",
        label="Name of the model",
        help="Under which its versions are counted.",
        kind=FieldKind.CHOICE,
        default="source",
        choices=(
            ("source", "The service of this source"),
            ("file", "The output's file name, without its ending"),
        ),
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The answers, typed."""

    branch: str
    models: tuple[str, ...]
    data: tuple[str, ...]
    by_file: bool

    @classmethod
    def of(cls, plain: Plain) -> Rules:
        """Read stored rules; what is missing or wrong has its default."""
        found = answers(RULE_FIELDS, plain)
        return cls(
            branch=found.text("branch").strip(),
            models=found.texts("models"),
            data=found.texts("data"),
            by_file=found.text("named") == "file",
        )

    def is_model(self, path: str) -> str | None:
        """Return the pattern by which an output is a model."""
        return matches(path, self.models)

    def is_data(self, path: str) -> bool:
        """Whether a dependency is data."""
        return matches(path, self.data) is not None

    def model(self, path: str, service: str) -> str:
        """Return what the model of an output is called."""
        return PurePosixPath(path).stem or service if self.by_file else service
