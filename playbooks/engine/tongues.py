"""Which of six languages a line is in, and its words one by one in English.

A line in another language is read twice at once: as typed, by what the messages of that language
taught, and in English, by what ten times as many English ones did. What is said in several words
(*no funciona*, *pas d'eau chaude*) is put as an English clerk would type it, the rest word for
word. The books in ``wordbook`` were written for this; a word that is not in them stays as it is.
"""

from array import array
from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from importlib import resources
from typing import Final
from zlib import crc32

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
_BESIDE: Final = wordset(
    """how where why does did my your you any get got too very if been there off only"""
)
"""Small words by which English is known besides: *do* and *a* alone are Portuguese as well. They
may name a matter (*where is*), so plays go on counting them."""
_KNOWN_BY: Final = SMALL | {ENGLISH: SMALL[ENGLISH] | _BESIDE}
_LONGEST: Final = 4
"""Words of a phrase."""
_FEWEST: Final = 2
"""Small words that must be found: in shorter lines names and loans would decide."""


@lru_cache(maxsize=8)
def word_book(language: str) -> dict[str, tuple[str, ...]]:
    """Word -> the one or two English words it stands for; empty for English and unknown ones."""
    lines = (line.split() for line in _written(f"{language}.txt"))
    return {word: tuple(english) for word, *english in lines}


@lru_cache(maxsize=8)
def phrase_book(language: str) -> dict[str, tuple[str, ...]]:
    """Two to four words -> the English a clerk would type for them; empty for English."""
    lines = (line.split(" = ") for line in _written(f"{language}.phrases.txt"))
    return {phrase: tuple(english.split()) for phrase, english in lines}


def _written(name: str) -> list[str]:
    file = resources.files("playbooks.engine") / "wordbook" / name
    return file.read_text(encoding="utf-8").splitlines() if file.is_file() else []


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
    knows most of the words: *do i get a call* is no Portuguese. Of 94,000 English lessons three in
    ten thousand are clear in another language; of those in others 97 in a hundred are in theirs.
    """
    seen = set(words)
    hits = {language: len(small & seen) for language, small in _KNOWN_BY.items()}
    most = max(hits.values())
    best = [language for language, count in hits.items() if count == most]
    others = [language for language in best if language != ENGLISH]
    if hits[ENGLISH] == most:
        if not others:
            return ENGLISH, ENGLISH
        others = others if most else list(SMALL)[1:]
    elif most >= _FEWEST and len(best) == 1:
        return best[0], _if_clear(best[0], seen)
    # Without the small words: a book that has *la* and *un* would win those of its neighbours.
    telling = seen.difference(*_KNOWN_BY.values())
    known = {language: _count(telling, language) for language in others}
    found = max(known, key=known.__getitem__)
    if most and hits[ENGLISH] == most:
        # As many small words of English: the other has to know most of the rest, and three of it.
        sure = known[found] > _FEWEST and 2 * known[found] > len(telling)
    else:
        sure = 2 * known[found] > len(seen) or bool(most and known[found])
    return (found, _if_clear(found, seen)) if sure else (ENGLISH, "")


def _if_clear(language: str, seen: Collection[str]) -> str:
    known, counted = _known(language, seen)
    return language if 2 * known > counted else ""


def _known(language: str, seen: Collection[str]) -> tuple[int, int]:
    """How many of the words, numbers aside, are of that language, and of how many."""
    counted = {word for word in seen if not word.isdigit()}
    small = counted & _KNOWN_BY[language]
    return len(small) + _count(counted - small, language), len(counted)


def _count(words: Iterable[str], language: str) -> int:
    """How many of ``words`` stand in the language's book; in English, on that side of any."""
    book = _marks(language)
    marks = (crc32(word.encode()) for word in words)
    return sum(mark in book[(at := bisect_left(book, mark)) : at + 1] for mark in marks)


@lru_cache(maxsize=8)
def _marks(language: str) -> "array[int]":
    """Checksums of the words of a book in their order. A line that may be of any language asks for
    all books: as dictionaries those would take 9 MiB, and most houses speak one or two."""
    if language == ENGLISH:
        words = {
            word
            for other in SMALL
            for line in _written(f"{other}.txt")
            for word in line.split()[1:]
        }
    else:
        words = {line.partition(" ")[0] for line in _written(f"{language}.txt")}
    return array("I", sorted(crc32(word.encode()) for word in words))


def plainly_english(words: Sequence[str]) -> bool:
    """Whether a line whose language is unclear is English after all: without any small word (*guest
    412 furious, room dirty*) its other words tell, if there are three and more of them than any
    other language knows. Two are often loans: *late checkout*."""
    seen = set(words)
    known, counted = _known(ENGLISH, seen)
    others = (_known(language, seen)[0] for language in SMALL if language != ENGLISH)
    return known > _FEWEST and 2 * known > counted and known > max(others)


def in_english(words: Sequence[str], language: str) -> tuple[str, ...]:
    """``words`` in English, the longest known phrase first; empty where they are English."""
    if language == ENGLISH:
        return ()
    book, phrases = word_book(language), phrase_book(language)
    said: list[str] = []
    at = 0
    while at < len(words):
        for end in range(min(at + _LONGEST, len(words)), at + 1, -1):
            if english := phrases.get(" ".join(words[at:end])):
                break
        else:
            end, english = at + 1, book.get(words[at], (words[at],))
        said += english
        at = end
    return tuple(said)
