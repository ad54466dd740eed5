"""Whatever stands on a card: within Telegram's limits, complete, and inert."""

import random
from collections.abc import Iterator
from datetime import timedelta

import pytest

from bot.channels.telegram import inert, keyboard, render
from bot.conversations.types import Address, Bar, Button, Card, Fact, Field, File, Form
from tests.fakes.desk import BOSS, CLERK, TRAINER, FakeDesk
from tests.fakes.telegram_api import marks
from tests.fakes.telegram_api.bench import ANA, MARTA, bench
from tests.fakes.telegram_api.world import LONGEST

HOSTILE = [
    "<!channel> and <@U123> and @everyone and @marta",
    "<b>bold</b> <script>x</script> </b> & &amp; &lt; <",
    "_under_ *star* `code` [text](https://evil.example/x) ~~s~~ ||s||",
    "https://evil.example/?a=1&b=2 http://1.2.3.4 evil.com www.evil.co.uk tg://resolve?domain=x",
    "mail me@evil.example /digest /start@other #tag $USD",
    "\u202eroom\u202c \u2066left\u2069 \u200fright \u061c \u0000\u0007",
    "a\ud800b",
    "שלום עולם مرحبا 👩‍👩‍👧‍👦 🏳️‍🌈",
    "@a" * 3000,
    "@a " * 3000,
    "room 412 " * 1111,
    "x" * 10_000,
    "😀" * 5_000,
    "<" * 10_000,
    "   ",
]
FOUND = {"url", "mention", "email", "bot_command", "hashtag", "cashtag"}


def shown(card: Card) -> str:
    """The card's text as Telegram reads it; every page within its limits, nothing tappable."""
    texts = []
    for page in render.pages(card):
        text, entities = marks.parse(page)
        assert marks.units(text) <= LONGEST
        assert text.strip()
        assert not [e for e in entities if e.type in FOUND], (text[:80], entities[:3])
        assert len(entities) <= marks.MOST
        texts.append(text)
    return "\n".join(texts)


def squeezed(text: str) -> str:
    """Without white space: a page may break a line where it stood."""
    return "".join(inert.clear(text).split())


def whole(text: str) -> Card:
    facts = (Fact("Your line", text, "red"), Fact("", text))
    bars = (Bar(text, 3, 0.5, text, text),)
    return Card(text, "stop", text, (text, text), facts, bars, text, (Button(text[:70], "show.x"),))


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:12]))
def test_hostile_text_is_complete_and_inert(text: str) -> None:
    seen = squeezed(shown(whole(text)))
    # Title, say, two steps, two facts, a bar with its note and heading, and the note.
    assert seen.count(squeezed(text)) >= (9 if text.strip() else 0)


async def test_over_http_it_stands_complete_and_inert_in_her_chat() -> None:
    async with bench() as hotel, hotel.running() as channel:
        for text in HOSTILE:
            hotel.api.messages.clear()
            card = Card(text, facts=(Fact("Line", text),), files=(File("week.csv", "x"),))
            await channel.deliver(Address("telegram", str(ANA)), card)
            standing = hotel.api.standing(ANA)
            assert standing[-1].file
            seen = squeezed("".join(message.text for message in standing))
            assert seen.count(squeezed(text)) >= (2 if text.strip() else 0)
            assert not [e for m in standing for e in m.entities if e.type in FOUND]


async def test_what_a_colleague_types_is_inert_on_the_managers_card() -> None:
    line = "guest 412 furious 2nd time <b>x</b> @everyone _a_ *b* & https://evil.example \u202e"
    async with bench() as hotel, hotel.running():
        hotel.api.writes(ANA, line)
        await hotel.settled()
        for who in (ANA, MARTA):
            text = "".join(message.text for message in hotel.api.standing(who))
            for word in ("<b>x</b>", "@everyone", "_a_", "*b*", "&", "https://evil.example"):
                assert word in text or who == ANA
            entities = [e for m in hotel.api.standing(who) for e in m.entities]
            assert not [e for e in entities if e.type in FOUND]
            assert "\u202e" not in text
        assert any("@everyone" in m.text for m in hotel.api.standing(MARTA))


def test_marks_that_turn_the_text_round_are_taken_out() -> None:
    assert not set(shown(whole(HOSTILE[5]))) & set("\u202e\u202c\u2066\u2069\u200f\u061c\x00\x07")


def test_any_text_at_all_is_inert() -> None:
    random.seed(15)
    letters = "ab1 .:/@#$<>&;\n_*-é😀\u202e\ud800\u200b(),!?"
    for _ in range(700):
        text = "".join(random.choices(letters, k=random.randint(0, 60)))
        seen = squeezed(shown(whole(text)))
        assert squeezed(text) in seen


def test_a_button_label_of_nothing_still_shows() -> None:
    ((pair,),) = keyboard.keyboard(Card("x", buttons=(Button("\u202e", "show.x"),)))
    assert pair == ("…", "show.x")


def test_a_choice_too_long_for_a_button_is_asked_for_in_words() -> None:
    wide = Field("rating", "Rating", "choice", tuple((f"value-{n}" * 5, "x") for n in range(3)))
    form = Form("detail.abcdefghijkl.smot", (wide,))
    assert keyboard.keyboard(Card("x", form=form)) == ((("✎ Save", keyboard.WRITE),),)
    assert [f.name for f in keyboard.written(form.fields)] == ["rating"]


def test_the_fake_marks_what_telegram_marks() -> None:
    bare = "@everyone https://evil.example evil.com me@evil.example /digest #tag $USD"
    assert {e.type for e in marks.parse(bare)[1]} >= FOUND
    assert marks.parse(f"<code>{bare}</code>")[1] == [marks.Entity("code", 0, len(bare))]


# --- every card of the product


def day() -> Iterator[Card]:
    """A desk's days: each card of each turn, pressing everything on the way."""
    lines = (
        "guest 412 furious room not ready 2nd time platinum",
        "overbooked by two, gentleman with prepaid booking and we have no bed for him",
        "lady in 305 fell on the stairs, bleeding",
        "guest 220 says thank you to the night porter",
        "he calls me names and shouts",
        "bla bla",
        "412 now also no towels",
        "what time is breakfast",
        "x" * 1900,
    )
    desk = FakeDesk()
    for line in lines:
        yield from cards_of(desk, line)
    for command in ("help", "open", "digest", "plays", "on", "off", "undo"):
        for who in (CLERK, BOSS, TRAINER):
            yield from (p.card for p in desk.say(command, who).posts)
    yield from (p.card for p in desk.say(lines[0], TRAINER).posts)
    for _ in range(40):
        due = desk.next_due()
        if due is None:
            break
        desk.now = max(desk.now, due) + timedelta(seconds=1)
        for turn in desk.run_due():
            for post in turn.posts:
                yield post.card
                for button in post.card.buttons[:4]:
                    yield from (p.card for p in desk.tap(button.tap).posts)


def cards_of(desk: FakeDesk, line: str) -> Iterator[Card]:
    first = desk.say(line)
    yield from (p.card for p in first.posts)
    for post in first.posts:
        who = CLERK if post.to.chat == CLERK.id else BOSS
        for button in post.card.buttons:
            for second in desk.tap(button.tap, who).posts:
                yield second.card
                for deeper in second.card.buttons[:3]:
                    yield from (p.card for p in desk.tap(deeper.tap, who).posts)


def test_every_card_of_the_product_is_shown_whole() -> None:
    count, shapes = 0, set()
    for card in day():
        count += 1
        seen = squeezed(shown(card))
        for line in card.plain().split("\n"):
            assert squeezed(line) in seen, (line, seen)
        rows = keyboard.keyboard(card, all_of_it=True)
        pairs = [pair for row in rows for pair in row]
        assert {b.tap for b in card.buttons} <= {word for _, word in pairs}
        assert all(1 <= len(word.encode()) <= 64 and label.strip() for label, word in pairs)
        assert all(len(row) <= 8 for row in rows)
        few = [pair for row in keyboard.keyboard(card) for pair in row]
        assert {(b.label, b.tap) for b in card.buttons if not b.more} <= set(few)
        shapes.add((bool(card.say), bool(card.bars), bool(card.form), card.tone))
    assert count > 300
    assert len(shapes) >= 8


def test_a_card_of_the_product_is_one_message() -> None:
    assert max(len(render.pages(card)) for card in day()) == 1
