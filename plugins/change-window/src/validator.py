"""Lets changes pass within the hours that are set for them; outside, they are refused or a person is asked."""

import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from componentize_py_types import Err
from wit_world.imports.document import Json
from wit_world.imports.types import (
    CallContext,
    Description,
    Finding,
    Severity,
    Verdict,
    Verdict_Allow,
    Verdict_Ask,
    Verdict_Deny,
)

DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])|24:00", re.ASCII)
OFFSET = re.compile(r"([+-])(0[0-9]|1[0-4]):([0-5][0-9])", re.ASCII)

SCHEMA = {
    "type": "object",
    "properties": {
        "windows": {
            "type": "array",
            "minItems": 1,
            "description": "When changes may be made.",
            "items": {
                "type": "object",
                "properties": {
                    "days": {"type": "array", "minItems": 1, "items": {"enum": DAYS}},
                    "from": {"type": "string", "description": "The first minute, as `22:00`."},
                    "to": {"type": "string", "description": "The minute after the last; before `from`, of the next day."},
                },
                "required": ["days", "from", "to"],
                "additionalProperties": False,
            },
        },
        "offset": {"type": "string", "description": "How far the hours are from UTC, as `+01:00`; `+00:00` without it."},
        "outside": {"enum": ["deny", "ask"], "description": "What becomes of a change outside; `deny` without it."},
    },
    "required": ["windows"],
    "additionalProperties": False,
}


@dataclass
class Window:
    days: list[str]
    begins: int
    ends: int

    def holds(self, day: int, minute: int) -> bool:
        """Whether a minute of a day is within; a window over midnight is of the day on which it begins."""
        if self.begins < self.ends:
            return DAYS[day] in self.days and self.begins <= minute < self.ends
        today = DAYS[day] in self.days and minute >= self.begins
        return today or (DAYS[day - 1] in self.days and minute < self.ends)


@dataclass
class Settings:
    windows: list[Window]
    offset: timedelta
    asks: bool


# The settings of this instance. Every call meets a fresh one, configured before.
settings = Settings([], timedelta(), False)


def describe() -> Description:
    return Description(
        name="change-window",
        version="0.1.0",
        summary="lets changes pass within the hours that are set for them, and refuses or asks about others",
        hooks=["call-hook"],
        tools=[],
        settings_schema=json.dumps(SCHEMA),
    )


def configure(written: str) -> None:
    """Takes the settings that a policy writes, or raises a list of what is wrong with them."""
    global settings
    given = json.loads(written)
    findings = unknown(given, SCHEMA, "")
    offset = OFFSET.fullmatch(str(given.get("offset", "+00:00")))
    if offset is None:
        findings.append(finding("offset.invalid", "`offset` is not written like `+01:00`", "/offset"))
    outside = given.get("outside", "deny")
    if outside not in ("deny", "ask"):
        findings.append(finding("outside.unknown", "`outside` is neither `deny` nor `ask`", "/outside"))
    listed = given.get("windows")
    if not isinstance(listed, list) or not listed:
        findings.append(finding("windows.none", "`windows` is not a list with windows in it", "/windows"))
        listed = []
    windows = [window(entry, f"/windows/{index}", findings) for index, entry in enumerate(listed)]
    if findings:
        raise Err(findings)
    sign, hours, minutes = offset.groups()
    distance = timedelta(hours=int(hours), minutes=int(minutes))
    settings = Settings(windows, -distance if sign == "-" else distance, outside == "ask")


def window(entry: object, place: str, findings: list[Finding]) -> Window | None:
    if not isinstance(entry, dict):
        findings.append(finding("window.invalid", "a window is not an object", place))
        return None
    findings.extend(unknown(entry, SCHEMA["properties"]["windows"]["items"], place))
    days = entry.get("days")
    if not isinstance(days, list) or not days or not all(day in DAYS for day in days):
        findings.append(finding("days.invalid", f"`days` is not a list of {', '.join(DAYS)}", f"{place}/days"))
    times = [minute_of(entry.get(key)) for key in ("from", "to")]
    for key, minute in zip(("from", "to"), times):
        if minute is None:
            findings.append(finding("time.invalid", f"`{key}` is not a time like `22:00`", f"{place}/{key}"))
    if None not in times and times[0] == times[1]:
        findings.append(finding("window.empty", "a window ends when it begins", place))
    return Window(days, *times)


def minute_of(text: object) -> int | None:
    if not isinstance(text, str) or not TIME.fullmatch(text):
        return None
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


def unknown(given: dict, schema: dict, place: str) -> list[Finding]:
    keys = [key for key in given if key not in schema["properties"]]
    return [finding("settings.unknown", f"there is no setting `{key}`", f"{place}/{key}") for key in keys]


def check_call(context: CallContext, _document: Json) -> Verdict:
    """Judges one call by the time that the gateway gives and records; there is no other clock here."""
    now = datetime.fromtimestamp(0, timezone.utc) + timedelta(milliseconds=context.now) + settings.offset
    if any(window.holds(now.weekday(), now.hour * 60 + now.minute) for window in settings.windows):
        return Verdict_Allow()
    hours = "; ".join(in_words(window) for window in settings.windows)
    reason = f"it is {DAYS[now.weekday()]} {now:%H:%M}, outside the hours for changes"
    found = finding("window.closed", reason, None, f"changes may be made {hours}")
    return Verdict_Ask(found) if settings.asks else Verdict_Deny(found)


def in_words(window: Window) -> str:
    begins, ends = (f"{minute // 60:02}:{minute % 60:02}" for minute in (window.begins, window.ends))
    return f"{' '.join(window.days)} {begins} to {ends}"


def finding(code: str, reason: str, pointer: str | None, remediation: str | None = None) -> Finding:
    """Why: a stable word for programs, one sentence for people, the place, and what would be allowed."""
    return Finding(code, reason, Severity.ERROR, pointer, remediation)
