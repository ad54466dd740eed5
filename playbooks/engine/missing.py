"""Which plays a pack lacks in which language: those a site wants, and those somebody has begun."""

from dataclasses import dataclass
from typing import Final

from playbooks.engine.languages import spoken_in
from playbooks.engine.library import Library
from playbooks.engine.points import LAST
from playbooks.engine.schema import Play
from playbooks.engine.vocabulary import LANGUAGES

NAMED: Final = 8
"""Missing plays named in one line; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many of a pack's plays have words in one language, and which have none."""

    pack: str
    language: str
    plays: int
    missing: tuple[str, ...]
    translated: int
    """How many of them were written in another language."""

    def __str__(self) -> str:
        there = f"{self.plays - len(self.missing)} of {self.plays} plays"
        more = len(self.missing) - NAMED
        rest = f" (and {more} more)" if more > 0 else ""
        lacking = f"; missing: {', '.join(self.missing[:NAMED])}{rest}" if self.missing else ""
        return f"{self.pack} in {LANGUAGES[self.language]}: {there}{lacking}"


def coverage(library: Library) -> list[Coverage]:
    """One entry for each pack and language that a site wants or that any play of it has, in the
    order of the packs; none for what all plays of it were written in. The last plays serve every
    site."""
    packs: dict[str, list[Play]] = {}
    for play in library.plays.values():
        packs.setdefault(play.pack, []).append(play)
    found: list[Coverage] = []
    sites = library.house.sites.values()
    for pack, plays in sorted(packs.items()):
        begun = {language for play in plays for language in spoken_in(play)}
        asked = {site.language for site in sites if pack in {site.pack, LAST}}
        found += (_covered(pack, each, plays) for each in LANGUAGES if each in begun | asked)
    return [each for each in found if each.missing or each.translated]


def wanted(library: Library) -> list[tuple[str, Coverage]]:
    """Each site with a language of its own that its pack does not have whole."""
    covered = {(each.pack, each.language): each for each in coverage(library)}
    sites = library.house.sites.values()
    found = ((site.id, covered.get((site.pack, site.language))) for site in sites)
    return [(site, each) for site, each in found if each and each.missing]


def _covered(pack: str, language: str, plays: list[Play]) -> Coverage:
    lacking = (play.id for play in plays if language not in spoken_in(play))
    slugs = tuple(sorted(each.rpartition("/")[2] for each in lacking))
    translated = sum(language in play.translations for play in plays)
    return Coverage(pack, language, len(plays), slugs, translated)
