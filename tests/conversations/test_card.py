"""What stands on the card, and that it is true."""

from dataclasses import replace

from bot.conversations.card import Bar, Card, Fact
from bot.conversations.cards import clipped, money, second_kind
from tests.fakes.desk import NOON, FakeDesk, card, fact, labels, library

LINE = "guest 412 angry room not ready"
LINES = (
    LINE,
    "someone collapsed in the lobby, bleeding",
    "guest 305 says thank you",
    "overbooked by two, gentleman with prepaid booking and we have no bed for him",
    "drunk guest insults me and throws things",
    "hello how are you",
)


def test_three_buttons_at_most_are_seen_at_first() -> None:
    for line in LINES:
        assert len(labels(card(FakeDesk().say(line)))) <= 3, line


def test_menus_show_four_at_most() -> None:
    for menu in ("fix", "give", "hand"):
        desk = FakeDesk()
        mid = desk.say(LINE).moments[0].id
        assert len(labels(card(desk.tap(f"{menu}.{mid}")))) <= 4, menu


def test_money_is_written_as_people_write_it() -> None:
    assert [money(n, "EUR") for n in (1800, 450, -450, 123456700)] == [
        "€18", "€4.50", "-€4.50", "€1,234,567",
    ]  # fmt: skip
    assert money(2000, "CHF") == "CHF 20"


def test_a_letter_is_quoted_by_its_beginning() -> None:
    assert clipped("short") == "short"
    assert clipped("x" * 1000) == "x" * 280 + "…"


def test_the_time_in_the_words_is_the_time_of_the_promise() -> None:
    desk = FakeDesk()
    shown = card(desk.say(LINE))
    by = fact(shown, "Promise")[3:8]
    assert by in shown.say or any(by in step for step in shown.do)


def test_done_cards_no_longer_say_what_to_say() -> None:
    desk = FakeDesk()
    desk.say(LINE)
    done = card(desk.press("Did it"))
    assert not done.say
    assert done.do
    assert not fact(done, "Why this")
    settled = card(desk.press("Put right"))
    assert not settled.do
    assert not fact(settled, "You may")


def test_the_day_is_said_where_it_is_not_today() -> None:
    desk = FakeDesk()
    world, site = desk.world, library().house.sites["hotel"]
    assert world.when(site, NOON) == "at 13:00"
    assert world.when(site, NOON.replace(day=19)) == "tomorrow at 13:00"
    assert world.when(site, NOON.replace(day=21)) == "on Sat 21 Nov at 13:00"


def test_abuse_lets_her_end_it() -> None:
    desk = FakeDesk()
    moment = desk.say(LINE).moments[0]
    abused = replace(moment, reading=replace(moment.reading, abuse=True))
    desk.memory.moments[moment.id] = abused
    assert "You need not take abuse" in fact(card(desk.tap(f"show.{moment.id}")), "You")


def test_where_the_reading_is_unsure_the_next_likeliest_is_one_tap() -> None:
    desk = FakeDesk()
    moment = desk.say(LINE).moments[0]
    unsure = replace(moment.reading, confidence=0.3, kinds=("unavailable", "slow", "policy"))
    desk.memory.moments[moment.id] = replace(moment, reading=unsure)
    assert "Rather: Waiting" in labels(card(desk.tap(f"show.{moment.id}")))
    alone = replace(moment, reading=replace(unsure, kinds=("unavailable",)))
    assert second_kind(alone) is None


def test_results_of_the_play_stand_in_the_reason() -> None:
    desk = FakeDesk()
    moment = desk.say(LINE).moments[0]
    suggestion = replace(moment.suggestion, evidence="put right in 14 of 17 here")
    desk.memory.moments[moment.id] = replace(moment, suggestion=suggestion)
    shown = card(desk.tap(f"show.{moment.id}"))
    assert "Here before: put right in 14 of 17 here." in fact(shown, "Why this")


def test_nothing_is_said_twice_on_a_card() -> None:
    for line in LINES:
        shown = card(FakeDesk().say(line))
        texts = [shown.title, shown.say, *shown.do, *(f.text for f in shown.facts)]
        assert len(texts) == len(set(texts)), line


def test_a_card_reads_as_plain_text() -> None:
    whole = Card(
        "Title", say="Words.", do=("One.", "Two."), facts=(Fact("You may", "give"), Fact("", "x")),
        bars=(Bar("Waiting", 3, 1.0, "kind"), Bar("Room", 1, 0.3)), note="Note.",
    )  # fmt: skip
    assert whole.plain() == (
        "Title\nSay: “Words.”\n1. One.\n2. Two.\nYou may: give\nx\n"
        "Waiting: 3 (kind)\nRoom: 1\nNote."
    )


def test_the_manager_reads_who_what_and_since_when() -> None:
    desk = FakeDesk()
    turn = desk.say("guest 412 furious room not ready 2nd time platinum")
    told = next(p.card for p in turn.posts if p.to.chat == "marta")
    assert told.title.startswith("You should know: 412 ·")
    assert fact(told, "From") == "Ana Weber, 13:00"
    assert fact(told, "It is") == "Furious, not available, VIP, again"
    assert fact(told, "Promised").startswith("by 13:")
