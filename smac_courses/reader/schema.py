"""YAML data against a published JSON Schema, with findings that an author can act on."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from smac_courses.diagnostics import Report
from smac_courses.reader.yaml12 import YamlDocument

if TYPE_CHECKING:
    import jsonschema
    from jsonschema.protocols import Validator

_TYPE_NAMES = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping (key: value)",
}


_HOW_TO_WRITE = {
    "boolean": "write true or false, without quotes",
    "integer": "write a whole number such as 80, without quotes, unit or point",
    "string": "put it in double quotes",
    "array": "write a list: [one, two]",
    "object": "write keys and values on lines of their own, indented by two spaces",
}

_TYPES: dict[str, type] = {"array": list, "boolean": bool, "integer": int, "object": dict, "string": str}
_REMARKS = frozenset({"$schema", "title", "description", "x-remedy"})


@cache
def load_schema(name: str) -> dict[str, Any]:
    """The published schema for `program`, `course`, `module` or `policy`."""
    text = resources.files("smac_courses.reader").joinpath(f"schemas/{name}.schema.json").read_text("utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


@cache
def validator(name: str) -> Validator:
    """The jsonschema validator of a schema."""
    import jsonschema

    # JSON Schema counts 80.0 as a whole number; a course that says so would show "80.0 %".
    base = jsonschema.Draft202012Validator
    is_integer = base.TYPE_CHECKER.redefine("integer", lambda _, value: type(value) is int)
    kind: Any = jsonschema.validators.extend(base, type_checker=is_integer)  # type: ignore[no-untyped-call]
    made: Validator = kind(load_schema(name))
    return made


def is_surely_valid(schema: dict[str, Any], value: Any) -> bool:
    """Whether a value obeys a schema, by the few keywords that ours use; False also where this cannot tell.

    Only what this turns away is shown to jsonschema, which alone makes findings: to import it takes as long as to
    read a whole course, and most settings are right.
    """
    return all(_obeys(keyword, rule, schema, value) for keyword, rule in schema.items() if keyword not in _REMARKS)


def _obeys(keyword: str, rule: Any, schema: dict[str, Any], value: Any) -> bool:
    match keyword, value:
        case "type", _:
            return type(value) is _TYPES.get(rule)
        case "enum", (str() | int() | float()):
            return any(value == one for one in rule)
        case "pattern", str():
            return re.search(rule, value) is not None
        case (("minLength" | "maxLength"), str()):
            return bool(len(value) >= rule if keyword == "minLength" else len(value) <= rule)
        case (("minimum" | "maximum"), int()):
            return bool(value >= rule if keyword == "minimum" else value <= rule)
        case (("minItems" | "minProperties"), (list() | dict())):
            return len(value) >= int(rule)
        case "items", list():
            return all(is_surely_valid(rule, item) for item in value)
        case "required", dict():
            return all(key in value for key in rule)
        case "propertyNames", dict():
            return all(is_surely_valid(rule, key) for key in value)
        case "properties", dict():
            return all(is_surely_valid(rule[key], item) for key, item in value.items() if key in rule)
        case "additionalProperties", dict():
            others = [item for key, item in value.items() if key not in schema.get("properties", {})]
            return not others if rule is False else all(is_surely_valid(rule, item) for item in others)
        case _:
            return False


def check_against(name: str, document: YamlDocument, report: Report) -> bool:
    """Report everything in which the data differs from the schema; True when nothing does."""
    if is_surely_valid(load_schema(name), document.data):
        return True
    errors = list(validator(name).iter_errors(document.data))
    for error in errors:
        _report(error, document, report)
    return not errors


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that was probably meant, or an empty text."""
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.7)
    return close[0] if close else ""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A remedy: the nearest known word, or all of them."""
    names = sorted(known)
    close = nearest(word, names)
    return f"did you mean '{close}'?" if close else "known here: " + ", ".join(names)


def _report(error: jsonschema.ValidationError, document: YamlDocument, report: Report) -> None:
    path = tuple(error.absolute_path)
    at = document.place(*path)
    name = ".".join(str(part) for part in path) or "the file"
    value: Any = error.instance
    rule: Any = error.validator_value
    schema: Any = error.schema
    if "propertyNames" in error.absolute_schema_path:
        where = document.key_place(*path, value)
        report.add("SMAC122", where, f"the key {_shown(value)} cannot be used here", hint=schema.get("x-remedy", ""))
        return
    match error.validator:
        case "additionalProperties":
            known = schema.get("properties", {})
            for key in value.keys() - known.keys():
                report.add(
                    "SMAC120",
                    document.key_place(*path, key),
                    f"the key '{key}' is not known here",
                    hint=did_you_mean(key, known),
                )
        case "required":
            for key in rule:
                if key not in value:
                    report.add("SMAC121", at, f"'{key}' is missing", hint=f"add '{key}: …'")
        case "type":
            wanted = " or ".join(_TYPE_NAMES[kind] for kind in ([rule] if isinstance(rule, str) else rule))
            hint = schema.get("x-remedy", "") or _HOW_TO_WRITE.get(str(rule), "")
            report.add("SMAC122", at, f"'{name}' must be {wanted}, not {_shown(value)}", hint=hint)
        case "enum":
            report.add(
                "SMAC122",
                at,
                f"'{name}' cannot be {_shown(value)}",
                hint="use one of: " + ", ".join(map(str, rule)),
            )
        case "minimum" | "maximum":
            word = "at least" if error.validator == "minimum" else "at most"
            report.add(
                "SMAC122",
                at,
                f"'{name}' must be {word} {rule}, not {value}",
                hint=f"write a number that is {word} {rule}",
            )
        case "minLength" | "minItems" | "minProperties":
            report.add("SMAC122", at, f"'{name}' is empty", hint="fill it in, or remove the key")
        case "maxLength":
            report.add("SMAC122", at, f"'{name}' has {len(value)} characters; the limit is {rule}")
        case _:
            said = schema.get("x-remedy", schema.get("description", ""))
            report.add("SMAC122", at, f"'{name}' cannot be {_shown(value)}", hint=said)


def _shown(value: Any) -> str:
    match value:
        case None:
            return "empty"
        case bool():
            return "true" if value else "false"
        case dict():
            return "a mapping"
        case list():
            return "a list"
        case _:
            text = str(value)
            return f"'{text[:60]}…'" if len(text) > 60 else f"'{text}'"
