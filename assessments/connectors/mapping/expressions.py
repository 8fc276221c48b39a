"""JMESPath expressions that people write: checked when saved, bounded when run.

The language has no loops, yet a short expression can build something endless out of a
small payload (`[@, @]` again and again). So each step costs, and so does all that a
step builds: who asks for too much gets a sentence instead of an answer.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import jmespath
from jmespath.exceptions import (
    IncompleteExpressionError,
    JMESPathTypeError,
    LexerError,
    ParseError,
)
from jmespath.functions import Functions
from jmespath.visitor import TreeInterpreter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scoring.events import Json

LONGEST = 500
_MOST_PARTS = 150
# Of steps and of what they build, for one payload and everything that is asked of it.
_MOST_WORK = 100_000
# So many letters cost as much as one step.
_LETTERS = 100
# What the library raises on values that an expression was not written for.
_TROUBLE = (
    ValueError, TypeError, ArithmeticError, RecursionError, LookupError, AttributeError,
)  # fmt: skip


class Unusable(ValueError):
    """The expression is none, or does not work on this payload; says where and why."""


class _TooMuch(ValueError):
    """The expression asks for more work than it is worth."""


class Work:
    """How much work a payload is still worth."""

    def __init__(self) -> None:
        self._left = _MOST_WORK

    def spend(self, work: int) -> None:
        """Take some of it; raise once there is none left."""
        self._left -= work
        if self._left < 0:
            raise _TooMuch


def check(text: str) -> None:
    """Raise Unusable unless the text is an expression that may be run."""
    _parsed(text)


def found(text: str, value: Json, work: Work) -> Json:
    """Return what the expression finds in a value; None where it finds nothing."""
    parsed = _parsed(text)
    try:
        answer: Json = _Bounded(work).visit(parsed, value)
    except _TooMuch:
        raise Unusable("takes too long or finds too much; write it narrower") from None
    except JMESPathTypeError as flaw:
        raise Unusable(
            f"{flaw.function_name}() cannot take {_what(flaw.actual_type)} here"
        ) from None
    except _TROUBLE:
        raise Unusable("does not work on this payload") from None
    return None if callable(getattr(answer, "visit", None)) else answer


def is_true(value: Json) -> bool:
    """Whether JMESPath takes a value for true: not empty, missing or false."""
    return not (value is None or value is False or value in ("", [], {}))


@lru_cache(maxsize=500)
def _parsed(text: str) -> dict[str, Any]:
    if len(text) > LONGEST:
        raise Unusable(f"is longer than {LONGEST} characters")
    try:
        parsed: dict[str, Any] = jmespath.compile(text).parsed
    except IncompleteExpressionError:
        raise Unusable("ends too early: something is missing") from None
    except LexerError as flaw:
        at = flaw.lexer_position + 1
        raise Unusable(f"character {at} is no part of an expression") from None
    except ParseError as flaw:
        near = str(flaw.token_value)[:20]
        raise Unusable(
            f"cannot be read at character {flaw.lex_position + 1}, near {near!r}"
        ) from None
    except RecursionError:
        raise Unusable("is nested too deeply") from None
    except ValueError:
        raise Unusable("is empty") from None
    _judge(parsed)
    return parsed


def _judge(parsed: dict[str, Any]) -> None:
    parts = list(_parts(parsed))
    if len(parts) > _MOST_PARTS:
        raise Unusable(f"has more than {_MOST_PARTS} parts")
    for part in parts:
        if part["type"] == "function_expression" and (
            part["value"] not in Functions.FUNCTION_TABLE
        ):
            raise Unusable(f"there is no function {part['value']}()")


def _parts(parsed: dict[str, Any]) -> Iterator[dict[str, Any]]:
    waiting = [parsed]
    while waiting:
        part = waiting.pop()
        yield part
        waiting += [each for each in part["children"] if isinstance(each, dict)]


def _what(kind: str) -> str:
    return "nothing" if kind == "null" else f"a value of type {kind}"


class _Bounded(TreeInterpreter):  # type: ignore[misc]  # the library has no types
    """Runs an expression as long as it is worth it."""

    def __init__(self, work: Work) -> None:
        super().__init__()
        self._work = work

    def visit(self, node: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """Take one step."""
        self._work.spend(1)
        return super().visit(node, *args, **kwargs)

    def visit_multi_select_list(self, node: dict[str, Any], value: Any) -> Any:
        """Build a list, and pay for all that is in it."""
        return self._paid(super().visit_multi_select_list(node, value))

    def visit_multi_select_dict(self, node: dict[str, Any], value: Any) -> Any:
        """Build an object, and pay for all that is in it."""
        return self._paid(super().visit_multi_select_dict(node, value))

    def visit_function_expression(self, node: dict[str, Any], value: Any) -> Any:
        """Call a function, and pay for what it gives."""
        return self._paid(super().visit_function_expression(node, value))

    def _paid(self, built: Any) -> Any:
        waiting = [built]
        while waiting:
            self._work.spend(1)
            each = waiting.pop()
            if isinstance(each, str):
                self._work.spend(len(each) // _LETTERS)
            elif isinstance(each, list):
                waiting += each
            elif isinstance(each, dict):
                waiting += each.values()
        return built
