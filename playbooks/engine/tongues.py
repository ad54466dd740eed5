"""Which of six languages a line is in, and its words one by one in English.

A line in another language is read twice at once: as typed, by what the messages of that language
taught, and word for word in English, by what ten times as many English ones did. The word books in
``wordbook`` were written for this; a word that is not in them stays as it is.
"""

from collections.abc import Collection, Sequence
from functools import lru_cache
from importlib import resources
from typing import Final

from playbooks.engine.normalise import wordset
from playbooks.engine.vocabulary import ENGLISH

SMALL: Final[dict[str, frozenset[str]]] = {
    ENGLISH: wordset(
        """the and to for of is was with her his him she he they them their not has had have been
        wants says said at on in it its but now from who that this be are were will would can
        about after before just no out up our we us what when"""
    ),
    "de": wordset(
        """der die das und ist nicht ein eine einen mit fur auf dem den des im zu seit schon hat
        haben sie er will sich aus bei noch wir uns ihr ihm kein keine wurde war von nach als auch
        nur zum zur am es ich sagt jetzt doch wegen mal oder ob"""
    ),
    "es": wordset(
        """el la los las y que no un una en con por para su se lo le del al es esta muy ya pero
        sin mas dice quiere hay como desde nos me si son fue ha han porque cuando hoy ayer ella"""
    ),
    "fr": wordset(
        """le la les et que pas un une en avec pour sur son sa ses se du des au aux est elle il
        ils nous veut dit mais sans plus tres deja depuis ne qui dans par ce cette ca a sont ete
        chez on je c'est n'est n'a d'un qu'il qu'elle"""
    ),
    "it": wordset(
        """il lo la gli le e che non un una in con per su suo sua si del della al alla nel nella
        di da ha hanno era dice vuole ma senza piu molto gia ancora perche quando oggi ieri noi ci
        sono stato stata dal dalla sta cosa chi anche questo"""
    ),
    "pt": wordset(
        """o a os as e que nao um uma em com por para seu sua se do da dos das no na ao esta
        muito ja mas sem mais diz quer foi tem ainda porque quando hoje ontem ela ele nos pela
        pelo ha sao isso esse essa voce"""
    ),
}
_FEWEST: Final = 2
"""Small words that must be found: in shorter lines names and loans would decide."""


@lru_cache(maxsize=8)
def word_book(language: str) -> dict[str, tuple[str, ...]]:
    """Word -> the one or two English words it stands for; empty for English and unknown ones."""
    file = resources.files("playbooks.engine") / "wordbook" / f"{language}.txt"
    if language == ENGLISH or not file.is_file():
        return {}
    lines = (line.split() for line in file.read_text(encoding="utf-8").splitlines())
    return {word: tuple(english) for word, *english in lines}


def tongue(words: Sequence[str]) -> str:
    """The language of a line: ``en``, ``de``, ``es``, ``fr``, ``it`` or ``pt``.

    English where it is unclear; two languages with as many small words are parted by their word
    books, which costs a file's reading the first time and only then.
    """
    return tongues(words)[0]


def tongues(words: Sequence[str]) -> tuple[str, str]:
    """The language a line is read in, and the one its writer wants her card in: empty where it is
    unclear, for then her site knows better than a guess.

    English is clear where it has the most small words. Another language is only where it also
    knows most of the words: *do i get a call* is no Portuguese. Of 27,000 English lines 0.3 % are
    clear in another language, most of them truly in it; of the others' lines 93 % are.
    """
    seen = set(words)
    hits = {language: len(small & seen) for language, small in SMALL.items()}
    most = max(hits.values())
    best = [language for language, count in hits.items() if count == most]
    if hits[ENGLISH] == most:
        if most:
            return ENGLISH, ENGLISH if len(best) == 1 else ""
        best = list(SMALL)[1:]
    if most >= _FEWEST and len(best) == 1:
        return best[0], _if_clear(best[0], seen)
    known = {language: sum(word in word_book(language) for word in seen) for language in best}
    found = max(known, key=known.__getitem__)
    if 2 * known[found] > len(seen) or (most and known[found]):
        return found, _if_clear(found, seen)
    return ENGLISH, ""


def _if_clear(language: str, seen: Collection[str]) -> str:
    known, counted = _known(language, seen)
    return language if 2 * known > counted else ""


def _known(language: str, seen: Collection[str]) -> tuple[int, int]:
    """How many of the words, numbers aside, are of that language, and of how many."""
    counted = [word for word in seen if not word.isdigit()]
    book = english_words() if language == ENGLISH else word_book(language)
    return sum(word in book or word in SMALL[language] for word in counted), len(counted)


def plainly_english(words: Sequence[str]) -> bool:
    """Whether a line whose language is unclear is English after all: without any small word (*guest
    412 furious, room dirty*) its other words tell, if there are three and more of them than any
    other language knows. Two are often loans: *late checkout*."""
    seen = set(words)
    known, counted = _known(ENGLISH, seen)
    others = (_known(language, seen)[0] for language in SMALL if language != ENGLISH)
    return known > _FEWEST and 2 * known > counted and known > max(others)


@lru_cache(maxsize=1)
def english_words() -> frozenset[str]:
    """Every English word the word books give: those of a desk."""
    books = (word_book(language) for language in SMALL)
    return frozenset(word for book in books for english in book.values() for word in english)


def in_english(words: Sequence[str], language: str) -> tuple[str, ...]:
    """``words`` one by one in English; empty where they are English already."""
    if language == ENGLISH:
        return ()
    book = word_book(language)
    return tuple(english for word in words for english in book.get(word, (word,)))
