"""Kills a running Fifteen under load, over and over, and counts what became of every line.

Run by hand: ``python -m tests.faults.storm 100``. The load comes over real HTTP through the
built-in chat; the process is killed with SIGKILL at a random point and started again on the same
file. A line counts as acknowledged when its POST was answered 202.
"""

import http.client
import json
import os
import random
import re
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CLERKS = ("hotel-clerk", "hotel-colleague")
MOST = 2000
"""Lines a worker types at most in one cycle."""
MOST_ANSWERS = 40
"""A process is killed after at most so many acknowledged lines; some before the first."""
WAIT = 30.0
"""Seconds after which a start or a drain has failed; nothing here waits longer."""


@dataclass
class Tally:
    """What the load saw: references sent, and those acknowledged."""

    sent: set[str] = field(default_factory=set)
    acknowledged: set[str] = field(default_factory=set)
    lock: threading.Condition = field(default_factory=threading.Condition)


@dataclass(frozen=True)
class Verdict:
    """What the database holds at the end."""

    kills: int
    sent: int
    acknowledged: int
    lost: list[str]
    doubled: list[str]
    without_follow_up: list[str]
    without_card: list[str]

    @property
    def clean(self) -> bool:
        return not (self.lost or self.doubled or self.without_follow_up or self.without_card)

    def __str__(self) -> str:
        return (
            f"{self.kills} kills, {self.sent} lines sent, {self.acknowledged} acknowledged: "
            f"{len(self.lost)} lost, {len(self.doubled)} doubled, "
            f"{len(self.without_follow_up)} without exactly one follow-up, "
            f"{len(self.without_card)} without a card"
        )


def start(folder: Path) -> tuple[subprocess.Popen[str], int]:
    """A real process on the folder's database; returns it and its port."""
    environment = {
        **os.environ,
        "FIFTEEN_DATA_DIR": str(folder),
        "FIFTEEN_PORT": "0",
        "FIFTEEN_TICK_SECONDS": "0.2",
        "FIFTEEN_LOG_LEVEL": "DEBUG",
    }
    with (folder / "log.txt").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", "run"],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    assert process.stdout is not None
    seen = ""
    for line in process.stdout:
        seen += line
        found = re.search(r"http://127\.0\.0\.1:(\d+)", line)
        if found:
            return process, int(found.group(1))
    end(process)
    raise AssertionError(f"Fifteen did not start: {seen}")


def end(process: subprocess.Popen[str]) -> None:
    """Kills it: no signal it could answer, no time to tidy up."""
    process.kill()
    process.wait()
    if process.stdout:
        process.stdout.close()


def cookie(port: int, clerk: str) -> str:
    """Chooses who is at the desk; returns the cookie that says so."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    form = {"Content-Type": "application/x-www-form-urlencoded", "Host": f"127.0.0.1:{port}"}
    try:
        connection.request("POST", "/who", urllib.parse.urlencode({"person": clerk}), form)
        answer = connection.getresponse()
        answer.read()
        return (answer.getheader("set-cookie") or "").partition(";")[0]
    except (OSError, http.client.HTTPException):
        return ""
    finally:
        connection.close()


def load(port: int, tally: Tally, cycle: int, worker: int, stop: threading.Event) -> None:
    """Types lines until told to stop or until the process is gone."""
    clerk = CLERKS[worker % len(CLERKS)]
    number = 0
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    headers = {
        "Host": f"127.0.0.1:{port}",
        "Cookie": cookie(port, clerk),
        "Content-Type": "application/x-www-form-urlencoded",
        "Origin": f"http://127.0.0.1:{port}",
        "Accept": "application/json",
    }
    with closing(connection):
        while not stop.is_set() and number < MOST:
            number += 1
            ref = f"{cycle:03d}{worker}{number:04d}"
            fields = {
                "key": f"storm-{ref}",
                "who": clerk,
                "text": f"order {ref} late again, guest upset",
            }
            with tally.lock:
                tally.sent.add(ref)
            try:
                connection.request("POST", "/say", urllib.parse.urlencode(fields), headers)
                answer = connection.getresponse()
                answer.read()
            except (OSError, http.client.HTTPException):
                return
            if answer.status == 202:
                with tally.lock:
                    tally.acknowledged.add(ref)
                    tally.lock.notify_all()


def one_cycle(folder: Path, tally: Tally, cycle: int, chance: random.Random) -> None:
    """Start, load, kill."""
    process, port = start(folder)
    stop = threading.Event()
    workers = [
        threading.Thread(target=load, args=(port, tally, cycle, worker, stop), daemon=True)
        for worker in range(4)
    ]
    for worker in workers:
        worker.start()
    # The point of the kill is the thing under test, so it is drawn: so many answers, and then
    # somewhere inside the next ones. A slow machine only takes longer to get there.
    enough = len(tally.acknowledged) + chance.randrange(MOST_ANSWERS)
    with tally.lock:
        tally.lock.wait_for(lambda: len(tally.acknowledged) >= enough, WAIT)
    time.sleep(chance.uniform(0.0, 0.05))
    end(process)
    stop.set()
    for worker in workers:
        worker.join(WAIT)


def drain(folder: Path) -> None:
    """Starts once more and waits until nothing is left to answer or to send."""
    process, _ = start(folder)
    deadline = time.monotonic() + WAIT
    try:
        while time.monotonic() < deadline:
            with closing(sqlite3.connect(folder / "fifteen.db", timeout=10)) as db:
                kept = db.execute("SELECT count(*) FROM inbox WHERE state = 'kept'").fetchone()[0]
                going = db.execute(
                    "SELECT count(*) FROM outbox WHERE state IN ('ready', 'sending')"
                ).fetchone()[0]
            if not kept and not going:
                return
            time.sleep(0.1)
        raise AssertionError(f"after {WAIT:.0f} s {kept} events and {going} cards are left over")
    finally:
        end(process)


def judge(folder: Path, tally: Tally, kills: int) -> Verdict:
    """Counts, for every acknowledged line, its moments, follow-ups and cards."""
    with closing(sqlite3.connect(folder / "fifteen.db", timeout=10)) as db:
        moments: dict[str, list[str]] = {}
        for moment, ref in db.execute("SELECT id, ref FROM moments"):
            moments.setdefault(re.sub(r"\D", "", ref), []).append(moment)
        asked = dict(
            db.execute(
                "SELECT moment, count(*) FROM follow_ups WHERE purpose = 'smot' GROUP BY moment"
            )
        )
        slots = {
            slot for (slot,) in db.execute("SELECT DISTINCT slot FROM outbox WHERE card <> ''")
        }
    kept = sorted(tally.acknowledged)
    return Verdict(
        kills,
        len(tally.sent),
        len(kept),
        lost=[r for r in kept if not moments.get(r)],
        doubled=[r for r in sorted(tally.sent) if len(moments.get(r, ())) > 1],
        without_follow_up=[r for r in kept for m in moments.get(r, ()) if asked.get(m) != 1],
        without_card=[r for r in kept for m in moments.get(r, ()) if f"m:{m}" not in slots],
    )


def storm(cycles: int, folder: Path, seed: int = 15) -> Verdict:
    """The whole of it."""
    tally, chance = Tally(), random.Random(seed)
    for cycle in range(cycles):
        one_cycle(folder, tally, cycle, chance)
    drain(folder)
    return judge(folder, tally, cycles)


def main() -> None:
    cycles = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    with tempfile.TemporaryDirectory() as folder:
        verdict = storm(cycles, Path(folder))
    print(verdict)
    print(json.dumps({"clean": verdict.clean}))
    sys.exit(0 if verdict.clean else 1)


if __name__ == "__main__":
    main()
