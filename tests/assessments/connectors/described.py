"""Checks requests against an OpenAPI description: path, method, every parameter."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlsplit

import jsonschema

if TYPE_CHECKING:
    from collections.abc import Mapping


class Description:
    """An API as its makers describe it."""

    def __init__(self, plain: Mapping[str, Any]) -> None:
        self._plain = plain
        self._paths = [
            (re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path) + "$"), operations)
            for path, operations in plain["paths"].items()
        ]
        # A path without a variable in a place goes before one with it.
        self._paths.sort(key=lambda pair: pair[0].groups)

    def complaints(self, method: str, target: str) -> list[str]:
        """Return what is wrong with a request; nothing if it is as described."""
        parts = urlsplit(target)
        for pattern, operations in self._paths:
            found = pattern.match(parts.path)
            if found and method.lower() in operations:
                return self._of_parameters(
                    operations[method.lower()],
                    found.groupdict(),
                    dict(parse_qsl(parts.query, keep_blank_values=True)),
                )
        return [f"{method} {parts.path} is not described"]

    def _of_parameters(
        self,
        operation: Mapping[str, Any],
        in_path: Mapping[str, str],
        in_query: Mapping[str, str],
    ) -> list[str]:
        known = [self._resolved(each) for each in operation.get("parameters", [])]
        schemas = {(each["in"], each["name"]): each["schema"] for each in known}
        given = {("path", name): unquote(value) for name, value in in_path.items()}
        given |= {("query", name): value for name, value in in_query.items()}
        found = [
            f"{place} {name}={value!r}: {complaint}"
            for (place, name), value in given.items()
            if (complaint := self._of_value(schemas.get((place, name)), value))
        ]
        missing = [
            f"{each['name']} is missing"
            for each in known
            if each.get("required") and (each["in"], each["name"]) not in given
        ]
        return found + missing

    def _of_value(self, schema: Mapping[str, Any] | None, text: str) -> str | None:
        if schema is None:
            return "is not described"
        value: object = text
        if schema.get("type") == "integer" and text.lstrip("-").isdecimal():
            value = int(text)
        elif schema.get("type") == "boolean" and text in {"true", "false"}:
            value = text == "true"
        validator = jsonschema.Draft202012Validator(
            schema, format_checker=jsonschema.FormatChecker()
        )
        return next((error.message for error in validator.iter_errors(value)), None)

    def _resolved(self, each: Mapping[str, Any]) -> Mapping[str, Any]:
        if "$ref" not in each:
            return each
        found: Any = self._plain
        for step in each["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        resolved: Mapping[str, Any] = found
        return resolved
