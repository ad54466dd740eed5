"""Every card of the product on Slack: within its limits, with nothing lost, and inert."""

import json
import random
from datetime import timedelta
from functools import lru_cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.clear import clear
from bot.channels.slack import forms, render
from bot.channels.slack.payload import plain
from bot.conversations.digest import digest_card
from bot.conversations.types import Bar, Button, Card, Fact, Field, Form, WeekNumbers
from tests.dialogs.runner.core_stage import CoreStage
from tests.dialogs.runner.dialog import dialogs, play
from tests.fakes.desk import BOSS, NOON, TRAINER
from tests.fakes.slack_api.rules import message_faults, view_faults
from tests.fakes.slack_api.workspace import labels, readable, slack_text
from tests.fakes.typed import CHARACTERS

WEEK = WeekNumbers(
    "hotel",
    NOON - timedelta(days=7),
    NOON,
    moments=40,
    before=31,
    by_stage={"smot": 33, "umot": 7},
    by_kind={"slow": 14, "defect": 9, "praise": 17},
    by_touchpoint={"room": 12, "": 3, "lobby": 5},
    answered=22,
    answer_median=45,
    smot={"recovered": 18, "partly": 3},
)
HOSTILE = (
    "<!channel> <!here> <@U0ANA> @everyone @channel",
    "<https://evil.example|your bank> https://evil.example www.evil.example mailto:a@b.example",
    "<b>bold</b> &amp; & &lt;!channel&gt; *bold* _it_ ~no~ `code` ```block``` > quote",
    "\u202egnirts\u202c \u200f\u061c \u2066x\u2069 \u200b :smile: \\ \" ' ${x} {{x}}",
    "very long " * 1000,
    "x" * 10_000,
    "line\nline\r\n\ttab",
    "\x01\x02" * 4000,
    "half \ud83d of a pair \udc00",
    "\u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627 \U0001f469\u200d\U0001f373",
)
TURNING = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@lru_cache(maxsize=1)
def product_cards() -> tuple[Card, ...]:
    """Every card anybody is shown in the dialogs, and the answers to the commands."""
    found: dict[Card, None] = {}
    for dialog in dialogs():
        stage = CoreStage()
        play(dialog, stage)
        found |= {p.card: None for turn in stage.desk.turns for p in turn.posts}
    stage = CoreStage()
    for line in ("guest 412 furious room not ready 2nd time", "room 7 no towels", "x" * 5000):
        stage.desk.say(line)
    for text in HOSTILE:
        stage.desk.say(f"guest 412 furious room not ready {text}")
        stage.desk.press("Get help")
    for word in ("help", "open", "digest", "last week", "plays", "on", "off", "undo"):
        for who in (None, BOSS, TRAINER):
            turn = stage.desk.say(word, who) if who else stage.desk.say(word)
            found |= {p.card: None for p in turn.posts}
    found[digest_card(WEEK, stage.desk.world.site("hotel"), stage.desk.world)] = None
    return tuple(found)


def squeezed(text: str) -> str:
    return "".join(clear(text).split())


def shown(card: Card) -> str:
    """All that can be read on Slack, checked against the limits on the way."""
    sheets = render.pages(card)
    for blocks in sheets:
        assert message_faults(blocks, render.notice(card)) == ""
    return squeezed("".join(readable(blocks) for blocks in sheets))


def complete(card: Card) -> None:
    text = shown(card)
    bars = [part for b in card.bars for part in (b.label, str(b.count), b.note, b.group)]
    facts = [part for f in card.facts for part in (f.label, f.text)]
    for part in (card.title, card.say, *card.do, *facts, *bars, card.note):
        assert squeezed(part) in text, part
    last = {"blocks": render.pages(card)[-1]}
    form = [f"{card.form.submit}…"] if card.form else []
    assert labels(last) == [b.label for b in card.buttons if not b.more] + form
    assert labels(last, more=True) == [b.label for b in card.buttons if b.more]


def test_the_product_has_cards_of_all_sorts_to_look_at() -> None:
    cards = product_cards()
    assert len(cards) > 100
    assert {card.tone for card in cards} == {"now", "ask", "good", "stop", "quiet"}
    assert any(card.form for card in cards)
    assert any(card.bars for card in cards)


def test_every_card_of_the_product_is_within_the_limits_and_complete() -> None:
    for card in product_cards():
        complete(card)


def test_every_form_of_the_product_travels_in_its_button() -> None:
    for card in product_cards():
        if card.form:
            form = forms.unpacked(forms.packed(card.form))
            assert form == card.form
            assert view_faults(forms.form_view(form, "[]")) == []


def test_the_form_of_the_global_shortcut_is_within_the_limits() -> None:
    assert view_faults(forms.line_view()) == []


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_complete_and_no_markup(text: str) -> None:
    card = Card(
        text,
        say=text,
        do=(text, text),
        facts=(Fact(text[:900], text, "red"), Fact("", text)),
        bars=(Bar(text[:60], 3, 0.5, text, text[:100]),),
        note=text,
        buttons=(Button("Did it", "did.m1"), Button("Later", "snooze.m1", more=True)),
    )
    complete(card)
    for blocks in render.pages(card):
        assert "mrkdwn" not in str(blocks)
        assert not TURNING & set(readable(blocks))
        assert json.dumps(blocks, ensure_ascii=False).encode()
    notice = render.notice(card)
    assert not TURNING & set(notice)
    assert "<" not in notice
    assert ">" not in notice
    assert notice.replace("&amp;", "").replace("&lt;", "").replace("&gt;", "").count("&") == 0


@given(st.text(CHARACTERS.filter("\0".__ne__), max_size=400))
@settings(max_examples=100, deadline=None)
def test_what_somebody_typed_comes_in_as_she_typed_it(text: str) -> None:
    assert plain(slack_text(text)) == text.strip()


@given(st.text(CHARACTERS, max_size=300), st.text(CHARACTERS, max_size=300))
@settings(max_examples=100, deadline=None)
def test_any_text_is_shown_whole(some: str, title: str) -> None:
    text = some * 20
    card = Card(title, say=text, facts=(Fact("You may", text),), note=text)
    found = shown(card)
    assert found.count(squeezed(text)) >= 1
    assert squeezed(title) in found


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("<@U0BOT> guest 412", "guest 412"),
        ("ask <@U7|ana> and <@U8>", "ask @ana and @U8"),
        ("in <#C1|desk> and <#C2>", "in #desk and #C2"),
        ("<!here> <!subteam^S1|@night> <!channel>", "@here @night @channel"),
        ("<https://x.example|x.example> <https://y.example>", "x.example https://y.example"),
        ("<https://x.example/a|our page>", "our page (https://x.example/a)"),
        ("a &lt;b&gt; &amp;amp; c", "a <b> &amp; c"),
    ],
)
def test_slacks_own_markup_is_read_as_words(sent: str, read: str) -> None:
    assert plain(sent, "U0BOT") == read


def test_two_menus_of_other_buttons_are_not_taken_for_one() -> None:
    """Slack keeps the choice marked in a menu of the same name, and then sends nothing."""

    def menu(label: str) -> str:
        buttons = (Button(label, f"snooze.{label}", more=True),)
        return str(render.pages(Card("412", buttons=buttons))[0][-1]["block_id"])

    assert menu("In 30 min") != menu("Tomorrow")


def test_a_form_nobody_made_is_no_form() -> None:
    dice = random.Random(5)
    good = forms.packed(Form("detail.m1", (Field("words", "Words", "long"),)))
    for _ in range(500):
        at = dice.randrange(len(good))
        broken = good[:at] + dice.choice('[]{}",:0x') + good[at + dice.randrange(3) :]
        form = forms.unpacked(broken)
        assert form is None or isinstance(form, Form)
