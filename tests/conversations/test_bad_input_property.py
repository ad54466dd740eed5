"""Random desks: whatever is said, pressed, filled in or comes due, in whatever order."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.conversations.flow import OLD_BUTTON, VERBS
from bot.conversations.life import NEXT
from bot.conversations.types import Moment, Person, Turn
from playbooks.engine.vocabulary import KINDS, STAGES
from tests.fakes.desk import AGENT, BOSS, CLERK, NOON, OTHER, TRAINER, FakeDesk

LINES = (
    "guest 412 furious room not ready 2nd time platinum",
    "412 still waiting and now shouting",
    "guest 412 asks when breakfast opens",
    "room 233 overcharged the minibar, wants it off",
    "someone collapsed in the lobby, bleeding",
    "table 7 soup cold, promised a new one in 20 minutes",
    "guest 305 says thank you, Maria was wonderful",
    "hello how are you",
    "still not here",
    "ok",
    "open",
    "undo",
    "off",
    "on",
    "digest",
    "🙂🙂",
    "",
)
ARGUMENTS = (
    "", "0", "15", "1500", "99999999999", "-1", "x", "new", "recovered", "partly", "not_recovered",
    "unknown", "promoter", "detractor", "left", "smot", "umot", "promise", "smot.30", "umot.day",
    "promise.60", "smot.customer", "umot.saw", "x.guess", "bo", "marta", "tom", "lee", "nobody",
    *KINDS[:4], "safety", *STAGES, "third", "2",
)  # fmt: skip
PEOPLE = (CLERK, CLERK, OTHER, BOSS, TRAINER, AGENT)
FIELDS = (
    {"amount": "15", "what": "a drink"},
    {"amount": "-3"},
    {"amount": "nan"},
    {"amount": "1e400"},
    {"amount": "200", "what": "x" * 400},
    {"rating": "5", "words": "lovely \u202e", "link": "https://reviews.example/1"},
    {"rating": "9", "link": "javascript:alert(1)"},
    {},
)

people = st.sampled_from(PEOPLE)
says = st.tuples(st.just("say"), people, st.sampled_from(LINES))
shown = st.tuples(st.just("shown"), people, st.integers(0, 400))
forged = st.tuples(
    st.just("tap"),
    people,
    st.tuples(st.sampled_from(sorted(VERBS)), st.integers(0, 9), st.sampled_from(ARGUMENTS)),
)
joins = st.tuples(st.just("join"), people, st.tuples(st.integers(0, 9), st.integers(0, 9)))
fills = st.tuples(
    st.just("fill"),
    people,
    st.tuples(st.sampled_from(("gave", "detail.smot", "detail.umot")), st.integers(0, 9),
              st.sampled_from(FIELDS)),
)  # fmt: skip
waits = st.tuples(st.just("wait"), people, st.sampled_from((0, 1, 14, 61, 300, 1500, 21_000)))
steps = st.lists(st.one_of(says, shown, shown, forged, joins, fills, waits), max_size=14)


class Desk:
    """A desk that looks at every turn."""

    def __init__(self) -> None:
        self.desk = FakeDesk()
        self.words: list[str] = []
        self.reached: set[tuple[str, str]] = set()
        """Who has had a card about which moment."""

    @property
    def moments(self) -> list[Moment]:
        return list(self.desk.memory.moments.values())

    def take(self, kind: str, who: Person, what: object) -> None:
        before = dict(self.desk.memory.moments)
        for turn in self._do(kind, who, what):
            self._posts_are_sound(turn, offered=kind in ("shown", "wait", "say"))
            self._statuses_follow_the_table(before, turn)
        self._nothing_is_loose()

    def _do(self, kind: str, who: Person, what: object) -> list[Turn]:
        desk, ids = self.desk, [m.id for m in self.moments] or ["0" * 12]
        match kind, what:
            case "say", str(text):
                return [desk.say(text, who)]
            case "shown", int(n):
                return [desk.tap(self.words[n % len(self.words)], who)] if self.words else []
            case "tap", (verb, n, argument):
                return [desk.tap(f"{verb}.{ids[n % len(ids)]}.{argument}", who)]
            case "join", (one, two):
                return [desk.tap(f"same.{ids[one % len(ids)]}.{ids[two % len(ids)]}", who)]
            case "fill", (word, n, fields):
                verb, _, purpose = word.partition(".")
                tap = f"{verb}.{ids[n % len(ids)]}.{purpose}".rstrip(".")
                return [desk.fill(tap, fields, who)]
            case _, minutes:
                desk.wait(minutes=int(str(minutes)))
                return desk.run_due()

    def _posts_are_sound(self, turn: Turn, *, offered: bool) -> None:
        places = [(p.to, p.slot) for p in turn.posts]
        assert len(places) == len(set(places)), "one place is written twice in a turn"
        for post in turn.posts:
            assert post.to.chat, "a card for nobody"
            assert post.card.title.strip()
            self.reached.add((post.to.chat, post.slot.split(":")[1]))
            assert len(post.card.plain()) < 4000, "longer than a chat takes"
            assert not (offered and post.card.title == OLD_BUTTON), "a shown button is dead"
            assert sum(not b.more for b in post.card.buttons) <= 4
            for button in post.card.buttons:
                assert len(button.tap.encode()) <= 64
                assert 0 < len(button.label) <= 75
                self.words.append(button.tap)
            if post.card.form:
                assert len(post.card.form.tap.encode()) <= 64

    def _statuses_follow_the_table(self, before: dict[str, Moment], turn: Turn) -> None:
        for moment in turn.moments:
            old = before.get(moment.id)
            if old is None or old.status == moment.status:
                continue
            back = old.before.status if old.before else None
            assert moment.status in {*NEXT[old.status].values(), back}

    def _nothing_is_loose(self) -> None:
        for moment in self.moments:
            pending = [f for f in moment.follow_ups if f.state in ("waiting", "asked")]
            purposes = [f.purpose for f in pending]
            assert len(purposes) == len(set(purposes))
            assert all(g.amount >= 0 for g in moment.gifts)
            assert moment.status not in ("undone", "closed") or not pending
            assert all(f.reminders <= 2 for f in moment.follow_ups)
            assert moment.status != "closed" or moment.smot is not None
            assert bool(moment.smot) == (moment.status in ("settled", "closed"))
            assert all(t.person or t.how for t in moment.told)
            if moment.status != "undone":
                told = {(t.person, moment.id) for t in moment.told if t.person}
                assert told <= self.reached, "the card says told, and nobody was"
            for row in pending:
                ping = row.purpose == "promise" and row.state == "waiting"
                late = moment.promised is None or row.due > moment.promised
                assert not (ping and late) or row.due <= self.desk.now
            assert self.desk.memory.everybody[moment.person].role != "trainer"


@settings(
    max_examples=80,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(steps)
def test_no_order_of_steps_breaks_a_rule(taken: list[tuple[str, Person, object]]) -> None:
    desk = Desk()
    desk.take("say", CLERK, LINES[0])
    for kind, who, what in taken:
        desk.take(kind, who, what)
    assert desk.desk.now >= NOON
