"""``fifteen doctor``: one line for each thing looked at."""

from typing import Final

from bot.clock import SystemClock
from bot.commands.words import FAULT, paint, say, say_json
from bot.doctor import Finding, State, examine, healthy

COLOURS: Final[dict[State, str]] = {"ok": "green", "note": "yellow", "fault": "red"}
LABELS: Final[dict[State, str]] = {"ok": "ok", "note": "note", "fault": "FAULT"}


def show_health(*, as_json: bool) -> None:
    """Prints the findings; ends with exit code 1 where there is a fault."""
    findings = examine(SystemClock())
    if as_json:
        say_json({"healthy": healthy(findings), "findings": findings})
    else:
        for finding in findings:
            say(_line(finding))
    if not healthy(findings):
        raise SystemExit(FAULT)


def _line(finding: Finding) -> str:
    label = paint(f"{LABELS[finding.state]:<5}", COLOURS[finding.state])
    return f"{label}  {finding.name:<10}  {finding.words}"
