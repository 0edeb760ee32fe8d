"""What the gateway lends a plugin, made of Python values, for tests.

It answers as the gateway does, but for numbers: the gateway keeps them as they were written, and here `1e0` is `1.0`.
"""

import json
from typing import Any

from componentize_py_types import Err
from wit_world.imports import document as words
from wit_world.imports.types import CallContext, Caller, Target_Tool, ToolAnnotations, ToolRef

KINDS = {type(None): "NULL", bool: "BOOLEAN", int: "NUMBER", float: "NUMBER", str: "TEXT", list: "ARRAY", dict: "OBJECT"}
ABSENT = object()


class Document:
    """A document, as a plugin sees it."""

    def __init__(self, value: Any) -> None:
        self._value = value

    def kind(self) -> words.Kind:
        return words.Kind[KINDS[type(self._value)]]

    def value(self) -> words.Value:
        return told(self._value)

    def len(self) -> int:
        return len(self._value) if isinstance(self._value, (list, dict)) else 0

    def get(self, pointer: str) -> "Document | None":
        found = at(self._value, pointer)
        return None if found is ABSENT else Document(found)

    def keys(self, max: int) -> list[str]:
        return bounded(list(self._value) if isinstance(self._value, dict) else [], max)

    def select(self, pointers: list[str]) -> list[words.Value | None]:
        found = (at(self._value, pointer) for pointer in pointers)
        return [None if value is ABSENT else told(value) for value in found]

    def strings(self, max: int) -> list[words.Leaf]:
        return bounded(list(leaves(self._value, "")), max)

    def raw(self) -> str:
        return json.dumps(self._value, separators=(",", ":"), ensure_ascii=False)


def called(server: str, tool: str) -> CallContext:
    """An anonymous call of a tool at the beginning of time."""
    return CallContext(
        call_id="test",
        target=Target_Tool(ToolRef(server, tool)),
        annotations=ToolAnnotations(None, None, None, None),
        caller=Caller("anonymous", [], "anonymous", None),
        facts=[],
        now=0,
    )


def told(value: Any) -> words.Value:
    match value:
        case None:
            return words.Value_Null()
        case bool():
            return words.Value_Boolean(value)
        case int() | float():
            return words.Value_Number(json.dumps(value))
        case str():
            return words.Value_Text(value)
        case list():
            return words.Value_Array(len(value))
        case _:
            return words.Value_Object(len(value))


def at(value: Any, pointer: str) -> Any:
    if pointer and not pointer.startswith("/"):
        return ABSENT
    for token in pointer.split("/")[1:]:
        token = token.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict) and token in value:
            value = value[token]
        elif isinstance(value, list) and token in map(str, range(len(value))):
            value = value[int(token)]
        else:
            return ABSENT
    return value


def leaves(value: Any, pointer: str) -> Any:
    if isinstance(value, str):
        yield words.Leaf(pointer, words.Side.VALUE, value)
    elif isinstance(value, list):
        for index, element in enumerate(value):
            yield from leaves(element, f"{pointer}/{index}")
    elif isinstance(value, dict):
        for name, member in value.items():
            place = f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}"
            yield words.Leaf(place, words.Side.KEY, name)
            yield from leaves(member, place)


def bounded(found: list, most: int) -> list:
    if len(found) > most:
        raise Err(words.TooMany(len(found)))
    return found
