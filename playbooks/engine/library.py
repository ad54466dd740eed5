"""The library: all plays and the house, read-only, swapped whole when a trainer saves a play.

What decides (reading, choosing, composing) is imported with the first line and not with the first
page: a start would wait a twentieth of its time for it.
"""

from collections import defaultdict
from collections.abc import Mapping
from copy import copy
from dataclasses import replace
from datetime import datetime
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Protocol

from playbooks.engine import languages, templates
from playbooks.engine.schema import (
    Choice,
    History,
    House,
    Play,
    Reading,
    Site,
    Staff,
    Suggestion,
)  # fmt: skip
from playbooks.engine.shelf import Shelf
from playbooks.engine.vocabulary import ENGLISH, KINDS, STAGES, Kind

if TYPE_CHECKING:
    from jinja2 import Template

    from playbooks.engine.choose import Chooser
    from playbooks.engine.topics import Topics

_WEIGHING: Final = 2
"""Which way of weighing plays: one more with each change of it, or a machine that kept what the
plays speak of would go on with the old numbers."""
SETTLED: Final = 0.44
"""Confidence at most where what a line speaks of and how it was read disagree: below ``UNSURE``, so
that the card shows both."""
SURE: Final = 0.95
"""Confidence of a line that a trainer has written down as an example."""


class NoSuchPlayError(KeyError):
    """The library has no play of that id: it was renamed or taken out. Choose again."""

    def __str__(self) -> str:
        return f'there is no play "{self.args[0]}" in the library: choose again'


class Reads(Protocol):
    """What the library asks of a reader."""

    def read(self, text: str, *, industries: tuple[str, ...] = ()) -> Reading:
        """What ``text`` is about."""
        ...


class Library:
    """Immutable; safe to share between threads. ``digest`` names its whole content.

    What is found out on the way (chains, compiled templates) is kept, and only ever added to.
    """

    def __init__(
        self, plays: Mapping[str, Play], house: House, digest: str, *,
        reader: Reads | None = None, shelf: Shelf | None = None,
    ) -> None:  # fmt: skip
        self.plays: Mapping[str, Play] = MappingProxyType(dict(plays))
        self.house = house
        self.digest = digest
        self._reader = reader
        self._shelf = shelf
        self._grown: Mapping[str, Reads] = {}
        self._topics: dict[str, Topics] = {}
        self._templates: dict[tuple[str, str], Template] = {}
        self._translated: dict[tuple[str, str], Play] = {}

    def grown(self, readers: Mapping[str, Reads]) -> "Library":
        """The same library, the lines of these sites read by readers of their own. What was found
        out on the way is shared."""
        made = copy(self)
        vars(made).update(_grown=MappingProxyType(dict(readers)))
        return made

    def play(self, play_id: str) -> Play:
        """The play; raises ``NoSuchPlayError``."""
        try:
            return self.plays[play_id]
        except KeyError:
            raise NoSuchPlayError(play_id) from None

    def read(self, text: str, site: Site) -> Reading:
        """What ``text`` is about. A line nearly the same as an example of the site's pack takes
        stage and kind of that play, so that a trainer's example acts at once. Only the very words
        of an example take a line out of safety: one word more may be the one that matters. So does
        a line that speaks of a play plainly, where the reader thought of its kind too."""
        reading = self._reads(site).read(text, industries=site.industries)
        if not reading.language and self._languages[site.pack] != {ENGLISH}:
            reading = _perhaps_english(reading, text)
        return _placed(self._as_spoken(reading, text, site), text, site)

    def choose(self, reading: Reading, history: History, site: Site, text: str = "") -> Choice:
        """The play for ``reading``: always one, never of another pack."""
        line = _words(text)
        named = self._of_pack(site.pack).examples.nearest(line)[0] if line else ""
        heard = self._heard(line, reading.language, site.pack)
        return self._chooser.choose(reading, history, site.pack, heard, named)

    def compose(  # noqa: PLR0913  the whole of a moment, given by name
        self, choice: Choice, reading: Reading, site: Site, staff: Staff, *, now: datetime,
        spent_moment: int, spent_today: int, manager: str = "", place: str = "",
        history: History = History(),  # noqa: B008  frozen and empty
    ) -> Suggestion:  # fmt: skip
        """What ``staff`` reads. Amounts in hundredths, ``now`` aware; or ``NoSuchPlayError``."""
        from playbooks.engine.compose import Moment, composed

        play = self.play(choice.play)
        if play.translations:
            play = self._in(play, languages.language_for(play, reading, staff, site))
        moment = Moment(site, staff, now, spent_moment, spent_today, manager, place, history)
        return composed(play, self._template(play), choice, reading, moment)

    def warm(self) -> None:
        """Do now what first cards would wait for: compile each play (3 ms), weigh its words."""
        wanted = {site.language for site in self.house.sites.values()}
        for play in self.plays.values():
            self._template(play)
            for language in wanted & play.translations.keys():
                self._template(self._in(play, language))
        for pack in {play.pack for play in self.plays.values()}:
            self._of_pack(pack)

    @cached_property
    def _languages(self) -> Mapping[str, set[str]]:
        """In which languages the plays of each pack are: where that is English alone no line need
        be looked at twice."""
        found: defaultdict[str, set[str]] = defaultdict(lambda: {ENGLISH})
        for play in self.plays.values():
            found[play.pack] |= {play.language, *play.translations}
        return found

    def _heard(self, line: tuple[str, ...], language: str, pack: str) -> tuple[str, ...]:
        """The words by which the plays of ``pack`` are found: in English, and as typed where any of
        them speaks that language. Words that none can know would make a line long and all far."""
        spoken = language or _tongue(line)
        both = spoken == ENGLISH or spoken in self._languages[pack]
        return _heard(line, spoken) if both else _english(line, spoken)

    @cached_property
    def _chooser(self) -> "Chooser":
        from playbooks.engine.choose import Chooser

        return Chooser(self.plays.values(), self._of_pack)

    def _reads(self, site: Site) -> Reads:
        return self._grown.get(site.id) or self._reader or _shipped_reader()

    def _of_pack(self, pack: str) -> "Topics":
        found = self._topics.get(pack)
        if found is None:
            from playbooks.engine.topics import topics_of

            mine = [play for play in self.plays.values() if play.pack == pack]
            name = topics_name(self.digest, pack)
            found = self._topics[pack] = topics_of(mine, self._shelf, name)
        return found

    def _as_spoken(self, reading: Reading, text: str, site: Site) -> Reading:
        example = self._as_example(reading, text, site)
        if example is reading and reading.chances:
            line = self._heard(_words(text), reading.language, site.pack)
            play = self._chooser.spoken(reading, site.pack, line)
            example = _settled(reading, play) if play else reading
        return replace(example, chances=(), stage_chances=())

    def _as_example(self, reading: Reading, text: str, site: Site) -> Reading:
        nearest, share = self._of_pack(site.pack).examples.nearest(_words(text))
        if not nearest:
            return reading
        play = self.plays[nearest]
        if reading.kind == "safety" and "safety" not in play.when.kinds and share < 1:
            return reading
        return _read_as(reading, play)

    def _in(self, play: Play, language: str) -> Play:
        """The play in that language, put together once."""
        if language == play.language:
            return play
        found = self._translated.get((play.id, language))
        if found is None:
            found = self._translated[play.id, language] = languages.in_language(play, language)
        return found

    def _template(self, play: Play) -> "Template":
        found = self._templates.get((play.id, play.language))
        if found is None:
            found = self._templates[play.id, play.language] = self._compiled(play)
        return found

    def _compiled(self, play: Play) -> "Template":
        name = shelf_name(play)
        kept = self._shelf.get(name) if self._shelf else None
        if kept is not None:
            return templates.from_bytes(kept)
        code = templates.compiled(templates.join(play.say, play.do))
        if self._shelf:
            self._shelf.put(name, templates.to_bytes(code))
        return templates.template_of(code)


def _words(text: str) -> tuple[str, ...]:
    from playbooks.engine.likeness import tokens

    return tokens(text)


def _heard(line: tuple[str, ...], spoken: str) -> tuple[str, ...]:
    """The words as typed and in English, as most plays and places are. Small words of another
    language say nothing, but may be rare English ones: *e* would draw the play about e-bikes."""
    from playbooks.engine.tongues import SMALL

    if spoken == ENGLISH:
        return line
    small = SMALL[spoken] - SMALL[ENGLISH]
    return tuple(word for word in (*line, *_english(line, spoken)) if word not in small)


def _english(line: tuple[str, ...], spoken: str) -> tuple[str, ...]:
    from playbooks.engine.tongues import in_english

    return in_english(line, spoken)


def _tongue(line: tuple[str, ...]) -> str:
    from playbooks.engine.tongues import tongue

    return tongue(line)


def topics_name(digest: str, pack: str) -> str:
    """The entry that holds what the plays of ``pack`` speak of in the library of that digest."""
    return f"{digest}-{pack}-{_WEIGHING}.topics"


def shelf_name(play: Play) -> str:
    """The entry that holds the compiled template of ``play`` in the language it is in."""
    return _entry(languages.wording(play) or play.revision)


def shelf_names(play: Play) -> list[str]:
    """The entries of ``play`` in all its languages."""
    said = (each.revision for each in play.translations.values())
    return [_entry(revision) for revision in (play.revision, *said)]


def _entry(revision: str) -> str:
    return f"{revision}-{templates.version()}.play"


def _perhaps_english(reading: Reading, text: str) -> Reading:
    from playbooks.engine.tongues import plainly_english

    return replace(reading, language=ENGLISH) if plainly_english(_words(text)) else reading


def _placed(reading: Reading, text: str, site: Site) -> Reading:
    """With the touchpoint the line names. Who asks for the bar stands at the desk, not in it."""
    if reading.kind == "question" or not site.touchpoints:
        return reading
    from playbooks.engine.touchpoints import named

    line = _words(text)
    place = named(_heard(line, reading.language or ENGLISH), site.touchpoints)
    return replace(reading, touchpoint=place) if place else reading


def _read_as(reading: Reading, play: Play) -> Reading:
    """``reading`` with what ``play`` serves: a trainer has said that such a line is of its kind."""
    from playbooks.engine.compose import NEARLY

    when = play.when
    stage, kind, heat = reading.stage, reading.kind, reading.heat
    if stage not in when.stages:
        stage = next(known for known in STAGES if known in when.stages)
    if kind not in when.kinds:
        kind = next(known for known in (*reading.kinds, *KINDS) if known in when.kinds)
    if when.heat and heat not in when.heat:
        heat = min(when.heat, key=lambda other: abs(other - heat))
    return replace(
        reading,
        stage=stage,
        kind=kind,
        heat=heat,
        value="vip" if when.value == {"vip"} else reading.value,
        repeat=reading.repeat or bool(when.repeat),
        kinds=_first(kind, reading.kinds),
        confidence=max(reading.confidence, SURE),
        abstain=False,
        doubt=False,
        escalate=reading.escalate or kind == "safety",
        because=f'{NEARLY} "{play.title}"',
    )


def _settled(reading: Reading, play: Play) -> Reading:
    """``reading`` as of the likeliest stage and kind that ``play`` serves. What it was read as
    stays on the card as one tap: of twenty such lines it was right in three."""
    from playbooks.engine.points import beside

    stages, kinds = beside(play, reading)
    of_stage = dict(zip(STAGES, reading.stage_chances, strict=False))
    stage, kind = reading.stage, reading.kind
    if kind not in kinds:
        kind = next(known for known in (*reading.kinds, *KINDS) if known in kinds)
    if stage not in stages:
        stage = max(stages, key=lambda known: (of_stage.get(known, 0.0), known))
    return replace(
        reading,
        stage=stage,
        kind=kind,
        kinds=_first(kind, reading.kinds),
        confidence=min(reading.confidence, SETTLED),
        because=f'{reading.because} by itself, but it speaks of "{play.title}"'.lstrip(),
    )


def _first(kind: Kind, kinds: tuple[Kind, ...]) -> tuple[Kind, ...]:
    return (kind, *(other for other in kinds if other != kind))[: max(3, len(kinds))]


@lru_cache(maxsize=1)
def _shipped_reader() -> Reads:
    """The reader that comes with the product, loaded on the first line that is read."""
    from playbooks.engine.read import Reader

    return Reader.shipped()
