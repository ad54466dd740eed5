"""Facts a line states outright: who, how much, how long, promised till when, how often, how loyal.

Each finder takes the line once made plain (``normalise.plain``) or folded, and finds or says none.
Finders with a costly pattern also take ``seen``, the different words of the line: without one of
the pattern's own words it is not tried, which keeps a reading below a third of a millisecond.
These patterns are kept as text and compiled by ``re`` when first tried: that keeps the start short.
"""

import re
from collections.abc import Container, Sequence
from datetime import time
from typing import Final

from playbooks.engine.normalise import wordset
from playbooks.engine.schema import Promised
from playbooks.engine.vocabulary import Value

# --- who -----------------------------------------------------------------------------------------

_NOUNS: Final[dict[str, str]] = {
    **dict.fromkeys(
        ("room", "rm", "guest", "gst", "suite", "hab", "habitacion", "habitación", "chambre", "ch",
         "zimmer", "zi", "quarto", "camera", "stanza", "gast", "huesped", "huésped", "hospede",
         "hóspede", "ospite"), ""
    ),
    **dict.fromkeys(("order", "ord", "pedido", "commande", "cde", "bestellung", "ordine",
                     "encomenda", "auftrag"), "order"),
    **dict.fromkeys(("table", "tbl", "tb", "mesa", "tisch", "tavolo"), "table"),
    **dict.fromkeys(("flight", "flt", "vuelo", "vol", "flug", "voo", "volo"), "flight"),
    **dict.fromkeys(("seat", "asiento", "siege", "siège", "sitz", "posto", "assento"), "seat"),
    **dict.fromkeys(("case", "ticket", "tkt", "caso", "dossier", "fall", "pratica", "vorgang",
                     "incidencia", "chamado", "segnalazione"), "case"),
    **dict.fromkeys(("booking", "bkg", "reservation", "resv", "reserva", "buchung",
                     "prenotazione"), "booking"),
    **dict.fromkeys(("parcel", "tracking", "paquete", "colis", "paket", "pacco", "pacote",
                     "sendung"), "parcel"),
    **dict.fromkeys(("account", "acct", "acc", "cuenta", "compte", "konto", "conto", "conta"),
                    "account"),
}  # fmt: skip
_NOUN_WORDS: Final = frozenset(_NOUNS)
_DIGIT: Final = re.compile(r"\d")
_FLIGHT: Final = re.compile(r"\b([A-Z]{2}|[A-Z]\d|\d[A-Z])\s?(\d{2,4})\b")
_SMALL_FLIGHT: Final = re.compile(r"\b([a-z]{2})(\d{3,4})\b")
_HASH: Final = re.compile(r"(?<!\w)#\s?(\d{2,})\b")
_UNITS: Final = (
    r"\s?(?:%|€|£|\$|eur|euro?s?|usd|gbp|quid|bucks|dollars?|pounds?|dlls|chf|min|mn|h\b|hrs?"
    r"|hours?"
    r"|pm\b|am\b|days?|nights?|points?|pts|miles?|people|ppl|guests?|pax|covers?|views?|likes"
    r"|followers?|reactions|comments|shares|reviews?|emails?|users?|seats?|rooms?|kg|g\b|km|m\b"
    r"|mb|gb"
    r"|k\b|x\b|cal|ml|cm|steps?|staff|customers?|orders?|calls?|times?|words?|pages?|th\b|st\b"
    r"|euros|stunden?|tagen?|tage\b|nächten?|nacht\b|wochen?|jahren?|personen|leuten?|gästen?"
    r"|d[ií]as?|noches?|semanas?|a[ñn]os?|personas|horas?|heures?|jours?|nuits?|semaines?|ans\b"
    r"|personnes|giorni|notti|settimane|anni|persone|noites?|pessoas|minut[eoi])"
)
_NAMED: Final = re.compile(
    r"\b(" + "|".join(sorted(_NOUNS, key=len, reverse=True)) + r")\.?\s*"
    r"(?:(?:no|nr|num|number|id|ref|n°|nº)\.?\s*)?[:#]?\s*"
    r"((?:[a-z]{1,4}-?|(?-i:[A-Z]{2} ))?\d[\w-]*)\b(?![:.,]\d|" + _UNITS + ")",
    re.IGNORECASE,
)
_BARE: Final = re.compile(
    r"(?<![\w€£$.,:/#+-])(\d{3,4}[a-zA-Z]?)\b(?![.,:/]\d|" + _UNITS + ")", re.IGNORECASE
)
_BEFORE_BARE: Final = wordset("guest gst in from mr mrs couple family lady gent man woman")
_BEFORE_ROOM: Final = wordset(
    """of to for at by the and & la le der de da em en aus von del della dalla nella i"""
)
_OF_ROOM: Final = re.compile(
    r"\b(?:de la|dans la|en la|nella|della|na|aus der|in der)\s+(\d{1,3})\b(?![.,:/]\d|"
    + _UNITS
    + ")",
    re.IGNORECASE,
)
"""``la dame de la 12``: the room is not called one; a clock time has another article or none."""
_GUEST_IN: Final = re.compile(
    r"\b(?:(?:guests?|gst|lady|gent|man|woman|couple|family|gast|g[äa]ste|dame|herr|frau|paar"
    r"|familie)\s+(?:in|from|aus|von)"
    r"|(?:client[ea]?|cl|hu[ée]sped|se[ñn]ora?|monsieur|madame|dame|h[óo]spede|senhora?|ospite"
    r"|signora?|signore)\s+(?:de|du|da|do|del|en|au|in))"
    r"\s+(\d{1,3}[a-d]?)\b(?![.,:/]\d|[\s-]?(?:star|stern|[ée]toile|estrella|stell)|"
    + _UNITS
    + ")",
    re.IGNORECASE,
)
"""``guest in 12``, ``client du 9``: rooms of small houses have one or two figures."""
_ON_TABLE: Final = re.compile(r"\bon\s+(\d{1,2})\b(?![.,:/]\d|" + _UNITS + ")", re.IGNORECASE)
_YEAR: Final = re.compile(r"(?:19|20)\d\d")


def _named(plain: str) -> str:
    for noun, number in _NAMED.findall(plain):
        kind = _NOUNS[noun.lower()]
        written = number.replace(" ", "") if number[0].isalpha() else number
        if kind or re.fullmatch(r"[a-zA-Z]?\d{1,4}[a-zA-Z]?", written):
            return f"{kind} {written.upper()}".strip()
    return ""


def reference(plain: str, seen: frozenset[str], industries: Container[str] = ()) -> str:
    """The customer as staff name them: ``412``, ``order 88213``, ``table 7``, or an empty text.

    ``industries`` of the site decide what a number alone may be (``on 15``: a table).
    """
    if not _DIGIT.search(plain):
        return ""
    if not seen.isdisjoint(_NOUN_WORDS) and (named := _named(plain)):
        return named
    if found := _FLIGHT.search(plain) or _SMALL_FLIGHT.search(plain):
        return f"flight {found[1].upper()}{found[2]}"
    if found := _HASH.search(plain):
        return found[1]
    return _bare(plain, industries)


def _bare(plain: str, industries: Container[str]) -> str:
    """A number alone: a table in a restaurant, else a room where the word before it allows it."""
    if "restaurant" in industries and (found := _ON_TABLE.search(plain)):
        return f"table {found[1]}"
    for found in _BARE.finditer(plain):
        before = plain[: found.start()].lower().split()
        room = not before or before[-1] in _BEFORE_BARE
        if not room and "hotel" in industries:
            room = before[-1] in _BEFORE_ROOM
        if room and not _YEAR.fullmatch(found[1]):
            return found[1].upper()
    if "hotel" not in industries:
        return ""
    of_room = _OF_ROOM.search(plain) or _GUEST_IN.search(plain)
    return of_room[1].upper() if of_room else ""


# --- how much and how long -----------------------------------------------------------------------

_MONEY: Final = re.compile(
    r"[€£$]\s?\d|\d\s?(?:[€£$]|eur\b|euros?\b|usd\b|gbp\b|quid\b|bucks\b|dollars?\b|pounds?\b"
    r"|chf\b)",
    re.IGNORECASE,
)
_NUMBER_WORDS: Final[dict[str, float]] = {
    "half an": 0.5, "half": 0.5, "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4,
    "five": 5, "six": 6, "ten": 10, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40,
    "media": 0.5, "una": 1, "un": 1, "une": 1, "demi": 0.5, "eine": 1, "einer": 1, "halbe": 0.5,
    "uma": 1, "meia": 0.5, "mezz": 0.5, "mezza": 0.5, "dos": 2, "deux": 2, "zwei": 2, "duas": 2,
    "due": 2, "couple of": 2, "a couple of": 2,
}  # fmt: skip
_AMOUNT: Final = (
    r"(\d{1,3}(?:[.,]\d)?|" + "|".join(sorted(_NUMBER_WORDS, key=len, reverse=True)) + r")"
)
_SPAN: Final = re.compile(
    r"\b" + _AMOUNT + r"[\s'-]*"
    r"(min(?:ute|uto|uten|uti|utos)?s?\b|mins\b|m\b|mn\b|h\b|hrs?\b|hours?\b|horas?\b|heures?\b"
    r"|stunden?\b|std\b|ore\b|ora\b)",
    re.IGNORECASE,
)
_CLOCK: Final = re.compile(
    r"\b(?:(\d{1,2})[:.h](\d{2})\s?(am|pm|a\.m|p\.m|uhr|h)?\b|(\d{1,2})\s?(am|pm|a\.m|p\.m|uhr"
    r"|h|o'?clock)\b"
    r"|(noon|midday|midnight|mezzogiorno|mediodia|midi|mittag|meio-dia))",
    re.IGNORECASE,
)
_BARE_HOUR: Final = re.compile(
    r"\b(?:by|before|b4|at|until|till|antes de las|a las|avant|vor|um|bis|antes das|as|entro le"
    r"|alle)"
    r"\s+(\d{1,2})\b(?![.,:/%]?\d|\s?(?:%|min|people|days?|hours?|of|st|nd|rd|th))",
    re.IGNORECASE,
)


def money(plain: str) -> bool:
    """Whether a sum of money is named."""
    return bool(_MONEY.search(plain))


def minutes(folded: str) -> int | None:
    """The first span of time in minutes: ``half an hour`` is 30. None where there is none."""
    found = _SPAN.search(folded)
    if not found:
        return None
    word = found[1].lower()
    count = _NUMBER_WORDS[word] if word in _NUMBER_WORDS else float(word.replace(",", "."))
    return round(count * (1 if found[2][0].lower() == "m" else 60))


def _afternoon(hour: int) -> int:
    """``before 5`` at a desk is 17:00: bare hours below eight are taken after noon."""
    return hour + 12 if 1 <= hour <= 7 else hour


def clock(folded: str) -> time | None:
    """The first clock time, ``3pm`` or ``15:30`` or ``before 5``. None where there is none."""
    if found := _CLOCK.search(folded):
        if found[6]:
            return time(0) if found[6] == "midnight" else time(12)
        hour, minute = int(found[1] or found[4]), int(found[2] or 0)
        half = (found[3] or found[5] or "").replace(".", "")
        if half in {"am", "pm"} and 1 <= hour <= 12:
            hour = hour % 12 + (12 if half == "pm" else 0)
        elif not half and found[1] and len(found[1]) == 1:
            hour = _afternoon(hour)
    elif found := _BARE_HOUR.search(folded):
        hour, minute = _afternoon(int(found[1])), 0
    else:
        return None
    return time(hour % 24, minute) if hour <= 24 and minute < 60 else None


# --- promised ------------------------------------------------------------------------------------

_WHOM: Final = (
    r"(?:him|her|them|guest|gst|customer|cust|caller|pax|client|lady|gent|couple|family|both"
    r"|the\s+\w+|mrs?\.?\s+\w+|ms\.?\s+\w+|\d{1,4})"
)
_OURS: Final = (
    r"(?:\b(?:i|we)(?:'?ve| have)?(?: just| already)?\s+(?:told|promised|assured|said|quoted"
    r"|offered)\b"
    rf"|(?:^|[.,;:!&+-]\s*|\b(?:and|so|have|just|then)\s+)(?:told|promised|assured"
    rf"|quoted)\s+{_WHOM}\b"
    r"|(?:^|[.,;:!&+-]\s*|\b(?:and|so|have)\s+)promised\s+(?:by|before|within|in|for|at|until)\b"
    r"|(?:^|[.,;:!&+-]\s*|\b(?:and|so|have|i|we)\s+)said\s+(?:i|we|it)(?:'?d|'?ll| will| would)\b"
    r"|\b(?:i|we)(?:'ll| will)\s"
    r"|(?:^|[.,;:!&+-]\s*)will (?:call|ring|be|send|bring|get|have|refund|come|mail|email|phone"
    r"|fix)\b"
    r"|\b(?:le|les) (?:he|hemos) (?:dicho|prometido)\b|\bje (?:lui|leur) ai (?:dit|promis)\b"
    r"|\b(?:hab|habe|haben) (?:ihm|ihr|ihnen) .{0,30}(?:gesagt|versprochen|zugesagt)\b"
    r"|\b(?:gli|le) ho (?:detto|promesso)\b|\b(?:disse|prometi)-lhe\b|\beu (?:disse|prometi)\b)"
)
_PROMISING: Final = wordset(
    """told promised assured said quoted offered i'll we'll will dicho prometido dit promis
    gesagt versprochen zugesagt detto promesso disse prometi"""
)
_MISSED: Final = (
    r"\b(?:was|were|been|being|got|he's|she's|they're) (?:told|promised|assured|quoted)\b|\bago\b"
    r"|\bstill\b|\bnow \d|\bits? (?:now|already)\b|\bit's (?:now|already)\b|\bnever\b|\bnothing\b"
    r"|\bno (?:one|body|sign|call|show)\b|\bnobody\b|\byesterday\b|\blast (?:week|night|month"
    r"|time)\b"
    r"|\b(?:didn'?t|hasn'?t|haven'?t|wasn'?t|isn'?t here)\b|\b(?:hours?|mins?) later\b"
    r"|\bcame and went\b"
)
_OTHER_DAY: Final = (
    r"\b(?:tomorrow|tmrw|monday|tuesday|wednesday|thursday|friday|saturday|sunday|next week|manana"
    r"|demain|morgen|amanha|domani)\b"
)


def promised(folded: str, seen: frozenset[str]) -> Promised | None:
    """A time we promised that lies ahead: ``told her 20 min``. ``was told 3pm`` is a missed one.

    A clock time is today's; a promise for another day is left to the person to note.
    """
    if seen.isdisjoint(_PROMISING):
        return None
    ours = re.search(_OURS, folded)
    if not ours or re.search(_MISSED, folded) or re.search(_OTHER_DAY, folded):
        return None
    start = ours.start() + len(ours[0]) - len(ours[0].lstrip(" .,;:!&+-"))
    tail = re.split(r"[;!?]|\.\s|,\s", folded[ours.end() :], maxsplit=1)[0][:80]
    words = (folded[start : ours.end()] + tail).strip(" .,;:!-&+")
    if (span := minutes(tail)) is not None:
        return Promised(words, minutes=span)
    if (at := clock(_introduced(ours[0], tail))) is not None:
        return Promised(words, clock=at)
    return None


def _introduced(lead: str, tail: str) -> str:
    """The tail with the lead's last word, since ``promised by`` ends where ``5`` begins."""
    return f"{lead.rsplit(maxsplit=1)[-1]} {tail}"


# --- how often, how loyal, how rude --------------------------------------------------------------

_AGAIN: Final = (
    r"\b(?:again|(?:second|2nd|third|3rd|fourth|4th|fifth|5th|6th|7th|\d+th)"
    r" (?:time|day|call|visit|trip|email|week|month|night|attempt|failure|in a row)"
    r"|twice (?:now|already)|(?:2|3|4|5) times"
    r"|otra vez|encore une fois|schon wieder|wieder|de novo|outra vez|di nuovo|ancora una volta"
    r"|segunda vez|tercera vez|deuxieme fois|troisieme fois|zweite mal|dritte mal|terceira vez"
    r"|seconda volta|terza volta|keeps (?:happening|failing|dropping))\b"
)
_VIP: Final = (
    r"\b(?:vips?|platinum|plat|diamond|titanium|ambassador|black card|gold (?:member|card|guest"
    r"|tier"
    r"|status|elite|customer|flyer|club|client)|silver (?:member|card|tier|elite|status)|elite"
    r"|premier(?: client| customer| member)?|private (?:client|bank(?:ing)? client)|top[- ]tier"
    r"|senator|hon circle|executive club|million miler|enterprise (?:account|acct|client"
    r"|customer|plan)"
    r"|(?:big|biggest|largest|key|top|major) (?:account|acct|client|customer)|platino|platine"
    r"|platin"
    r"|platina|diamante|since (?:19\d\d|200\d|201[0-5]))\b"
)
_YEARS: Final = (
    r"\b(?:customer|client|regular|member|guest|coming|with us|loyal|banked|shopped|stayed|been)\b"
    r".{0,25}?\b(?:1\d|[2-6]\d|ten|fifteen|twenty|thirty) (?:years|yrs|yr)\b"
    r"|\b(?:1\d|[2-6]\d|ten|fifteen|twenty|thirty)[ -]?(?:years?|yrs?)\b.{0,25}?"
    r"\b(?:customer|client|regular|member|guest|with us|loyal\w*|patron)\b"
)
_REGULAR: Final = (
    r"\b(?:regulars?|every (?:week|friday|monday|tuesday|wednesday|thursday|saturday|sunday|morning"
    r"|month|year|summer)|weekly|loyal (?:customer|guest|client)|long[- ]?time (?:customer"
    r"|guest|client"
    r"|user)|long[- ]standing|repeat (?:guest|customer)|returning (?:guest|customer)"
    r"|habitual(?:es)?"
    r"|habituee?s?|stamm(?:gast|kund\w*|gaste)|abitual[ei]|cliente fisso|cliente de siempre)\b"
)
_ABUSE: Final = (
    r"\b(?:(?:call(?:ed|ing|s)|calls?) (?:me|us|the girl|our \w+|her|him) (?:an? |the )?(?:\w+ )?"
    r"(?:idiots?|stupid|moron|bitch|cow|cunt|slag|slut|liar|thie(?:f|ves)|fat|useless|dumb"
    r"|clown|names)"
    r"|(?:swear|swore|cursing|curs(?:ed|es)|scream|screamed|screaming|swearing|spat|spitting"
    r"|threw \w+"
    r"(?: \w+)?|lunged|abusive|verbally abus\w+) (?:at|to|towards?|on) (?:me|us|staff|my|our"
    r"|the (?:girl"
    r"|waitress|waiter|agent|cashier|crew|host|server|team))"
    r"|(?:grabbed|pushed|shoved|slapped|hit|groped|touched) (?:me|my|our|the (?:waitress|waiter"
    r"|agent"
    r"|girl|cashier|crew|server|host))|abus(?:ing|ive to|ed) (?:me|staff|us|our)|racist (?:to"
    r"|at) (?:me|us"
    r"|staff)|threaten(?:ed|ing|s) (?:me|us|staff|to (?:hit|kill|hurt|punch) (?:me|us|staff)))\b"
)

_AGAIN_WORDS: Final = wordset(
    """again time day call visit trip email week month night attempt failure row twice times otra
    encore schon wieder novo outra nuovo ancora segunda tercera fois mal vez volta keeps"""
)
_LOYAL_WORDS: Final = wordset(
    """vip vips platinum plat diamond titanium ambassador black gold silver elite premier
    private top senator hon executive million enterprise big biggest largest key major
    platino platine platin platina diamante customer client regular regulars member
    guest coming us loyal banked shopped stayed been patron every weekly long longtime
    longstanding repeat returning habitual habituales habitue habituee habitues
    stammgast stammkunde stammkundin stammgaste abitual abituale abituali fisso siempre
    year years yrs since"""
)
_ABUSE_WORDS: Final = wordset(
    """call called calling calls swear swore cursing cursed curses scream screamed screaming
    swearing spat spitting threw lunged abusive verbally grabbed pushed shoved slapped
    hit groped touched abusing abused racist threatened threatening threatens threaten"""
)


def again(folded: str, seen: frozenset[str]) -> str:
    """The words that say outright that it went wrong before, or an empty text."""
    found = None if seen.isdisjoint(_AGAIN_WORDS) else re.search(_AGAIN, folded)
    return found[0] if found else ""


def loyalty(folded: str, seen: frozenset[str]) -> tuple[Value, str]:
    """``vip`` for a named tier, a big account or ten years; ``regular`` for a stated habit; and the
    words that say so."""
    if not seen.isdisjoint(_LOYAL_WORDS):
        if found := re.search(_VIP, folded) or re.search(_YEARS, folded):
            return "vip", found[0]
        if found := re.search(_REGULAR, folded):
            return "regular", found[0]
    return "unknown", ""


def abuse(folded: str, seen: frozenset[str]) -> bool:
    """Whether the customer abuses one of us: the card then offers relief."""
    return not seen.isdisjoint(_ABUSE_WORDS) and bool(re.search(_ABUSE, folded))


# --- how hot -------------------------------------------------------------------------------------

_FURY_WORDS: Final = wordset(
    """furious fuming livid seething raging rage irate enraged incandescent apoplectic
    screaming screams screamed shouting shouts shouted yelling yells yelled bellowing bellows
    bawling bawls roaring ranting rants kicking banging slamming slammed swearing cursing
    crying cries sobbing sobs weeping wailing hysterical tears threatening threatens
    furioso furiosa furiosos furiosas gritando grita llorando llora chorando chora berrando
    furieux furieuse hurle crie pleure wutend wutet schreit brullt weint tobt stinksauer
    furibondo furibonda urla urlando piange grida"""
)
_CALM_WORDS: Final = wordset(
    """calm calmly patient patiently polite politely smiling smiles laughing laughs laughed
    shrugs shrugged cheerful cheery lovely sweet kind gentle relaxed gracious understanding lol
    haha tranquilo tranquila calme calmement ruhig freundlich gelassen calmo calma sereno gentile
    amable aimable simpatico"""
)
_NOT: Final = wordset(
    """not no never isn't wasn't without hardly nor don't doesn't didn't nicht kein keine ohne pas
    sans ni sin nao sem non senza"""
)
_REACH: Final = 3
"""Words before a mood in which a *not* turns it."""


def moods(words: Sequence[str]) -> list[str]:
    """``<fury>`` and ``<calm>`` where one of their words stands and no *not* shortly before it; a
    mood that is denied gives ``<no-fury>`` or ``<no-calm>``."""
    found: list[str] = []
    for place, word in enumerate(words):
        mood = "fury" if word in _FURY_WORDS else "calm" if word in _CALM_WORDS else ""
        if mood:
            denied = not _NOT.isdisjoint(words[max(0, place - _REACH) : place])
            found.append(f"<no-{mood}>" if denied else f"<{mood}>")
    return list(dict.fromkeys(found))
