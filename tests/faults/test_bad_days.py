"""A locked database, a broken pack, odd lines: the person in the room is told, nothing is lost."""

import http.client
import json
import re
import secrets
import sqlite3
import urllib.parse
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.faults.storm import cookie, end, start
from tests.house.canaries import sung

CLERK = "hotel-clerk"
LINE = re.compile(r'<article [^>]*data-seq="(\d+)"')


@dataclass
class Chat:
    """A page's requests without the page."""

    port: int
    folder: Path
    cookie: str
    name: str
    seen: int = 0
    """The number of the last line that was there before."""
    there: dict[str, int] = field(default_factory=dict)
    """Rows of each table that were there before."""

    def look(self) -> "Chat":
        """Takes what is there for known."""
        self.there = {table: self.count(table) for table in ("moments", "gifts")}
        self.seen = max(map(int, LINE.findall(self.whole())), default=0)
        return self

    def post(self, path: str, **fields: str) -> tuple[int, dict[str, str]]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {
            "Cookie": self.cookie,
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
        }
        with closing(connection):
            fields["key"] = f"{self.name}-{fields['key']}"
            body = urllib.parse.urlencode({"who": CLERK, **fields})
            connection.request("POST", path, body, headers)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read() or b"{}")

    def whole(self) -> str:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        with closing(connection):
            connection.request("GET", "/chat", headers={"Cookie": self.cookie})
            return connection.getresponse().read().decode()

    def page(self) -> str:
        """The page from the first line on that is there since this test began."""
        page = self.whole()
        new = (found.start() for found in LINE.finditer(page) if int(found[1]) > self.seen)
        return page[next(new) :]

    def count(self, table: str) -> int:
        with closing(sqlite3.connect(self.folder / "fifteen.db", timeout=10)) as db:
            rows = db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608
        return int(rows) - self.there.get(table, 0)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, understood: Path) -> Iterator[tuple[Path, int]]:
    """One process for all bad days: nothing that happens on one may spoil the next."""
    folder = tmp_path_factory.mktemp("house")
    (folder / "shelf").symlink_to(understood)
    process, port = start(folder)
    yield folder, port
    end(process)
    assert sung((folder / "log.txt").read_text("utf-8")) == []


@pytest.fixture
def chat(house: tuple[Path, int]) -> Chat:
    folder, port = house
    return Chat(port, folder, cookie(port, CLERK), secrets.token_hex(4)).look()


def test_a_locked_database_is_told_and_the_same_line_is_kept_once_afterwards(chat: Chat) -> None:
    line = {"key": "k1", "text": "guest 9 has no hot water, upset"}
    with closing(sqlite3.connect(chat.folder / "fifteen.db", isolation_level=None)) as holder:
        holder.execute("PRAGMA busy_timeout = 20000")
        holder.execute("BEGIN IMMEDIATE")
        status, told = chat.post("/say", **line)
        holder.execute("ROLLBACK")
    assert status == 503
    assert "database" in told["message"].lower()
    assert chat.count("moments") == 0
    assert chat.post("/say", **line) == (202, {"receipt": "new"})
    assert chat.post("/say", **line) == (202, {"receipt": "again"})
    assert chat.count("moments") == 1


def test_a_button_pressed_twice_counts_once(chat: Chat) -> None:
    chat.post("/say", key="k1", text="guest 8 has no hot water, upset")
    with closing(sqlite3.connect(chat.folder / "fifteen.db", timeout=10)) as db:
        moment = db.execute("SELECT id FROM moments WHERE ref LIKE '%8'").fetchone()[0]
    chat.post("/tap", key="t1", tap=f"gave.{moment}.500")
    chat.post("/tap", key="t1", tap=f"gave.{moment}.500")
    assert chat.count("gifts") == 1


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("😡😡😡", "did not read a customer moment"),
        ("<script>alert(1)</script> shouted at the desk, furious", "&lt;script&gt;"),
        ("clienta furiosa, la habitación no está lista y espera desde hace dos horas", "Did it"),
        ("room 7 \x00\x07\u202e is cold, upset", "Did it"),
        ("guest 3 overcharged, his card 4111 1111 1111 1111, upset", "blacked out"),
        ("idiot guest calls me a stupid cow and swears at me, wants his key", "abuse"),
        ("guest 5 is upset about noise " * 350, "I kept the first"),
    ],
    ids=["emoji", "html", "spanish", "control", "card", "abuse", "long"],
)
def test_odd_lines_get_a_clear_answer(chat: Chat, text: str, answer: str) -> None:
    assert chat.post("/say", key="k1", text=text)[0] == 202
    page = chat.page()
    assert answer in page
    assert "<script>alert" not in page
    assert "4111 1111" not in page


def test_an_empty_line_is_refused_kindly(chat: Chat) -> None:
    status, told = chat.post("/say", key="k1", text="   ")
    assert status == 400
    assert "Nothing was typed" in told["message"]


def test_an_unknown_button_is_answered_in_plain_words(chat: Chat) -> None:
    assert chat.post("/tap", key="t1", tap="nonsense.000000000000.x")[0] == 202
    assert "no longer in use" in chat.page()
