"""A play in the language of whoever reads it: which one, its words, and the times it speaks."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from playbooks.engine.schema import Gesture, Play, Promise, Reading, Site, Staff
from playbooks.engine.vocabulary import LANGUAGES


@dataclass(frozen=True, slots=True)
class Phrases:
    """What the engine itself puts into a Say. ``odd`` are pairs of letters to mend afterwards,
    such as the article before one o'clock. A time always stands as 14:35: where a promise is moved
    it is found again by that."""

    clock: str
    tomorrow: str
    weekday: str
    date: str
    days: tuple[str, ...]
    """From Monday on."""
    months: tuple[str, ...]
    somebody: str
    """Who may approve, where nobody is named."""
    odd: tuple[tuple[str, str], ...] = ()

    def mended(self, text: str) -> str:
        """``text`` with its oddities set right."""
        for wrong, right in self.odd:
            text = text.replace(wrong, right)
        return text


PHRASES: Final[Mapping[str, Phrases]] = {
    "en": Phrases(
        clock="by {clock}",
        tomorrow="by {clock} tomorrow",
        weekday="by {clock} on {day}",
        date="by {number} {month}",
        days=("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
        months=(
            "January", "February", "March", "April", "May", "June", "July", "August",
            "September", "October", "November", "December",
        ),
        somebody="the duty manager",
    ),
    "de": Phrases(
        clock="bis {clock} Uhr",
        tomorrow="bis morgen um {clock} Uhr",
        weekday="bis {day} um {clock} Uhr",
        date="bis zum {number}. {month}",
        days=(
            "Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag",
        ),
        months=(
            "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September",
            "Oktober", "November", "Dezember",
        ),
        somebody="die Schichtleitung",
    ),
    "es": Phrases(
        clock="antes de las {clock}",
        tomorrow="antes de las {clock} de mañana",
        weekday="antes de las {clock} del {day}",
        date="a más tardar el {number} de {month}",
        days=("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
        months=(
            "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto",
            "septiembre", "octubre", "noviembre", "diciembre",
        ),
        somebody="la persona responsable del turno",
        odd=(("las 01:", "la 01:"),),
    ),
    "fr": Phrases(
        clock="avant {clock}",
        tomorrow="demain avant {clock}",
        weekday="{day} avant {clock}",
        date="au plus tard le {number} {month}",
        days=("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
        months=(
            "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août",
            "septembre", "octobre", "novembre", "décembre",
        ),
        somebody="la personne responsable",
        odd=(("le 1 ", "le 1er "),),
    ),
    "it": Phrases(
        clock="entro le {clock}",
        tomorrow="entro domani alle {clock}",
        weekday="entro {day} alle {clock}",
        date="entro il {number} {month}",
        days=("lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato", "domenica"),
        months=(
            "gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto",
            "settembre", "ottobre", "novembre", "dicembre",
        ),
        somebody="la persona responsabile",
        odd=(("il 1 ", "il 1º "), ("il 8 ", "l'8 "), ("il 11 ", "l'11 ")),
    ),
    "pt": Phrases(
        clock="até às {clock}",
        tomorrow="até amanhã às {clock}",
        weekday="até {day} às {clock}",
        date="até {number} de {month}",
        days=(
            "segunda-feira", "terça-feira", "quarta-feira", "quinta-feira", "sexta-feira",
            "sábado", "domingo",
        ),
        months=(
            "janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto",
            "setembro", "outubro", "novembro", "dezembro",
        ),
        somebody="a pessoa responsável",
        odd=(("às 01:", "à 01:"), ("até 1 ", "até 1º ")),
    ),
}  # fmt: skip


def language_for(play: Play, reading: Reading, staff: Staff, site: Site) -> str:
    """What ``play`` is shown in: the language she writes in, else that of her profile, else her
    site's, each where the play has it; else its own."""
    for wanted in (reading.language, staff.language, site.language):
        if wanted == play.language or wanted in play.translations:
            return wanted
    return play.language


def in_language(play: Play, language: str) -> Play:
    """``play`` with its words in that language, its file and lines those of the translation; what
    it decides, its id and its revision stay. The play itself where it is not translated."""
    said = play.translations.get(language)
    if said is None:
        return play
    return replace(
        play,
        language=language,
        title=said.title,
        file=said.file,
        say=said.say,
        do=said.do,
        examples=said.examples,
        gesture=play.gesture and Gesture(said.give, play.gesture.amount),
        promise=play.promise and Promise(said.promise, play.promise.within),
        follow_up=replace(play.follow_up, ask=said.ask, ask_later=said.ask_later),
        lines=said.lines,
    )


def wording(play: Play) -> str:
    """The revision of a translation, where ``play`` is in the words of one; else empty."""
    said = play.translations.get(play.language)
    return said.revision if said else ""


def spoken_in(play: Play) -> list[str]:
    """The languages a play has words in, its own first."""
    return [play.language, *(each for each in LANGUAGES if each in play.translations)]
