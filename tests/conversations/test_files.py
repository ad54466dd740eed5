"""Files: a week goes out as a table, in private; what came with a line stays with its moment."""

import csv
from dataclasses import replace
from io import StringIO

import pytest

from bot.conversations.digest import digest_card
from bot.conversations.files import attached_words
from bot.conversations.flow import handle
from bot.conversations.table import week_table
from bot.conversations.types import Address, Attached, File, Said, Tapped, Turn
from playbooks.engine.vocabulary import ROLES, Role
from tests.conversations.test_digest import WEEK
from tests.fakes.desk import BOSS, CLERK, FakeDesk, card, cards, fact

PICTURE = Attached("picture", "slack", "https://example.slack.com/files/U1/F1")
LINE = "guest 412 furious room not ready"


def rows(file: File) -> dict[tuple[str, str], str]:
    head, *found = csv.reader(StringIO(file.text))
    assert head == ["group", "what", "value"]
    assert all(len(row) == 3 for row in found)
    return {(group, what): value for group, what, value in found}


def table(**changes: object) -> dict[tuple[str, str], str]:
    desk = FakeDesk()
    week = replace(WEEK, **changes)  # type: ignore[arg-type]
    return rows(week_table(week, desk.world.site("hotel"), desk.world))


def say(desk: FakeDesk, text: str, *attached: Attached) -> Turn:
    assert CLERK.address
    return desk._happen(
        Said(desk._key(), desk.now, CLERK.id, CLERK.address, text, attached=attached)
    )


def test_the_table_holds_every_count_of_the_week() -> None:
    found = table()
    assert found["Moments", "This week"] == "40"
    assert found["First answer", "Half within, seconds"] == "45"
    assert found["Put right", "not recovered"] == "2"
    assert found["Given", "Sum, EUR"] == "145.00"
    assert found["What it was about", "Praise"] == "17"
    assert found["At which touchpoint", "not said"] == "3"


def test_what_happened_too_seldom_to_say_is_left_empty() -> None:
    assert table(answered=3)["First answer", "Half within, seconds"] == ""


def test_a_touchpoint_never_becomes_a_formula() -> None:
    assert table(by_touchpoint={"=1+1": 2})["At which touchpoint", "'=1+1"] == "2"


def test_no_person_stands_in_the_table() -> None:
    desk = FakeDesk()
    text = week_table(WEEK, desk.world.site("hotel"), desk.world).text
    assert not [p for p in desk.memory.everybody.values() if p.name.split()[0] in text]


def test_a_spreadsheet_is_told_that_it_is_utf_8() -> None:
    assert File("a.csv", "€").content == b"\xef\xbb\xbf\xe2\x82\xac"


def test_the_table_is_one_tap_below_the_digest() -> None:
    desk = FakeDesk()
    digest = digest_card(WEEK, desk.world.site("hotel"), desk.world)
    turn = desk.tap(digest.buttons[-1].tap, BOSS)
    (file,) = card(turn, BOSS).files
    assert file.name == "hotel-2026-11-12.csv"
    assert file.name in card(turn, BOSS).plain()


def test_the_table_goes_to_the_manager_alone_wherever_it_was_asked_for() -> None:
    desk = FakeDesk()
    here = Address("slack", "C0DESK", "17")
    turn = handle(Tapped("t", desk.now, BOSS.id, here, "table"), None, desk.world)
    assert [bool(post.card.files) for post in turn.posts if post.to == here] == [False]
    assert [bool(post.card.files) for post in turn.posts if post.to == BOSS.address] == [True]


def test_asked_for_on_the_home_tab_it_comes_in_the_chat_and_leaves_the_tab_alone() -> None:
    desk = FakeDesk()
    assert BOSS.address
    tab = replace(BOSS.address, thread="home")
    turn = handle(Tapped("t", desk.now, BOSS.id, tab, "table"), None, desk.world)
    assert [post.to for post in turn.posts] == [BOSS.address]


@pytest.mark.parametrize("role", ROLES)
def test_the_table_is_for_managers(role: Role) -> None:
    desk = FakeDesk()
    somebody = replace(CLERK, role=role)
    desk.memory.everybody[CLERK.id] = somebody
    shown = cards(desk.say("table", somebody), somebody)
    assert any(each.files for each in shown) == (role in ("manager", "admin"))


def test_a_picture_that_came_with_a_line_is_noted_on_its_moment() -> None:
    desk = FakeDesk()
    turn = say(desk, LINE, PICTURE)
    assert desk.moment(turn).attached == (PICTURE,)
    assert fact(card(turn), "Attached") == "1 picture in Slack"


def test_whoever_is_told_reads_with_whom_the_picture_is() -> None:
    desk = FakeDesk()
    say(desk, LINE, PICTURE)
    turn = desk.press("Get help")
    assert fact(card(turn, BOSS), "Attached") == "1 picture in Slack, with Ana"


def test_what_comes_with_a_further_line_joins_what_is_there() -> None:
    desk = FakeDesk()
    say(desk, LINE, PICTURE)
    turn = say(desk, "412 shouting now", replace(PICTURE, sort="file"))
    assert fact(card(turn), "Attached") == "1 picture in Slack, 1 file in Slack"


def test_a_line_split_off_takes_along_what_came_with_it() -> None:
    desk = FakeDesk()
    say(desk, LINE)
    turn = say(desk, "412 shouting now", PICTURE)
    desk.press("It is another customer", turn)
    old, new = desk.turns[-1].moments
    assert (old.attached, new.attached) == ((), (PICTURE,))


def test_a_line_that_belongs_elsewhere_brings_what_came_with_it() -> None:
    desk = FakeDesk()
    first = desk.moment(say(desk, LINE)).id
    second = desk.moment(say(desk, "room 500 no towels", PICTURE)).id
    desk.tap(f"same.{second}.{first}")
    assert desk.memory.moments[first].attached == (PICTURE,)


def test_undo_of_the_line_takes_it_away_again() -> None:
    desk = FakeDesk()
    say(desk, LINE)
    mid = desk.moment(say(desk, "412 shouting now", PICTURE)).id
    desk.tap(f"undo.{mid}")
    assert desk.memory.moments[mid].attached == ()


def test_attachments_are_counted_by_platform() -> None:
    two = (PICTURE, PICTURE, replace(PICTURE, channel="telegram"))
    assert attached_words(two) == "2 pictures in Slack, 1 picture in Telegram"
