"""What must not be left to learning: danger to people, and the few readings known for certain.

A rule is looked at only where one of its words occurs at all: most lines cost one comparison of
sets. Rules of danger only ever raise ``escalate``, never lower it.
"""

import re
from typing import Final

from playbooks.engine.normalise import wordset

_GRAVE_WORDS: Final = wordset(
    """injured injury injuries ambulance 999 911 112 paramedic paramedics unconscious bleeding
    bled blood collapsed fainted passed seizure choking choked unresponsive concussed concussion
    overdose overdosed drowned drowning heart anaphylaxis anaphylactic epipen
    swelling swollen hives burned burnt scalded electrocuted fire smoke gas stabbed
    knife gun weapon assault assaulted punched hit slapped grabbed groped groping
    harassed harassment harassing stalker stalking racist racism racial discriminated
    discrimination discriminating slur lawyer lawyers solicitor solicitors attorney sue
    suing lawsuit sued legal press journalist reporter newspaper bbc tv news ombudsman
    regulator cfpb fca fos ofcom ofgem ico mp trading watchdog viral police fraud fraudulent scammed
    scammer scam hacked breach leaked gdpr stolen theft robbed suicidal suicide insulin
    oxygen pacemaker dialysis defibrillator missing threatened threatening threat
    threatens kill bomb live living life alive die dies died dying dead jump hits beats beaten knows
    know ambulancia ambulance ambulanza krankenwagen notarzt ambulancia
    abogado avocat anwalt advogado avvocato prensa presse imprensa stampa policia
    polizei denuncia fraude betrug frode racista raciste rassistisch razzista incendio
    feu feuer fogo fuoco insulina insuline"""
)

_GRAVE: Final = (
    r"\b(?:ambulance|paramedics?|unconscious|anaphyla\w+|epipen|electrocut\w+|stabbed|"
    r"suicid(?:al|e)|dialysis|defibrillator|ombudsman|regulator|cfpb|fos|ofcom|ofgem|watchdog"
    r"|(?:his|her|their|the|my|our|an) mp|the ico|lawsuit|suing"
    r"|(?:my|her|his|their|a|the|our|w|with) (?:lawyers?|solicitors?|attorneys?)|sue us|to sue"
    r"|will sue"
    r"|legal action|trading standards|gone viral|going viral|goes viral|data breach|leaked|hacked"
    r"|discriminat\w+|racist|racism|racial slur|slur|groped|groping|sexually|sexual|harass\w*"
    r"|stalk\w+"
    r"|gas leak|smell of gas|smells? gas|caught fire|on fire|pulled a knife|knife|gun|weapon|bomb"
    r"|(?:local|national|the) (?:press|paper|newspaper|news|radio|tv)|journalist|reporter|bbc"
    r"|(?:throat|tongue|lips?|face|eyes?) (?:is |are |was )?(?:swelling|swollen|closing)|hives"
    r"|can'?t breathe|not breathing|struggling to breathe|insulin|oxygen (?:concentrator"
    r"|machine|tank)"
    r"|chok(?:ed|ing)|fainted|passed out|collapsed|seizure|unresponsive|concuss\w+|overdose\w*"
    r"|drown(?:ed|ing)|bleeding|bled|scalded|heart attack"
    r"|(?:punched|assaulted|slapped|attacked|groped|grabbed) (?:a |the |my |our |her |him |his "
    r"|another "
    r"|staff|me|us|by)|assaulted|ambulanza|ambulancia|krankenwagen|notarzt|abogad[oa]|avocate?"
    r"|(?:mit|ihr|sein|ein|zum) (?:em |en )?anwalt|anwalt|advogad[oa]|avvocat[oa]|denuncia\w*"
    r"|insulin[ae]"
    # Who sees no way out seldom says the usual word, nor does who threatens; *dead* is a phone.
    r"|(?:\w+n'?t|no longer|never) wants? to (?:live|be alive)"
    r"(?! (?:in|with|here|there|at|on|by|next|near|off|up|like)\b)|s?he wants to die"
    r"|(?:no|any|the) point (?:in |of )?(?:living|being alive|life)|nothing (?:left )?to live for"
    r"|better off dead|end (?:it all|(?:his|her|their|my) (?:own )?life)"
    r"|tak(?:e|es|ing) (?:his|her|their|my) (?:own )?life|(?:tired|sick) of (?:life|living)"
    r"|kill(?:s|ing)? (?:him|her|them|my|your)sel(?:f|ves)"
    r"|jump\w* (?:off|from|out of) (?:the|a|his|her|our) (?:balcony|roof|window|bridge|terrace)"
    r"|found (?:him |her |them )?dead|dead in (?:the |his |her |their )?(?:room|bed|bath|pool|flat)"
    r"|(?:husband|wife|boyfriend|girlfriend|partner|father|mother|dad|mum|son|brother|ex)"
    r" (?:hits?|beats?|has beaten|had beaten) (?:her|him|them|me)\b(?! (?:at|to)\b)"
    r"|(?<!to )knows? where (?:(?:you|we|i) (?:live|work|park|sit)"
    r"|(?:your|our) (?:office|branch|shop|desk|call cent(?:er|re)) is))\b"
)
_GRAVE_ABROAD: Final = (
    # Spanish, Portuguese, French, Italian, German; accents are taken away before. Only what is
    # danger wherever it stands: machines swallow cards there, lamps burn and noise molests.
    r"\b(?:inconsciente|desmay\w+|desmai\w+|sangr(?:a|ando|o)|convuls\w+|infarto|enfarte"
    r"|atragant\w+|engasg\w+|incendio|en llamas|pegou fogo|a arder|navaja|pistola|agredi\w+"
    r"|amenaz\w+|ameac\w+|acoso|acosa(?:ndo|da|do)?|assedi\w+|discrimin\w+|racistas?|abogad[oa]s?"
    r"|advogad[oa]s?|periodistas?|jornalistas?|fraude|estafa\w*|burlad[oa]s?|hacke\w+|dialisis"
    r"|dialise|insulinas?|suicid\w+|reaccion alergica|reacao alergica"
    r"|(?:huele|olor|fuga) (?:a|de) gas|cheir(?:a|o) (?:a|de) gas|(?:fuga|vazamento) de gas"
    r"|sans connaissance|evanoui\w*|saigne\w*|malaise|crise cardiaque|etouff\w+|en feu|pris feu"
    r"|prend feu|incendie|couteau|agress(?:e|ee|es|ees|ion|ions|eur)|menac\w+|harcel\w+|raciste"
    r"|avocate?s?|journalistes?"
    r"|arnaqu\w+|piratage|compte pirate|dialyse|insuline|reaction allergique"
    r"|(?:odeur de|sent le|fuite de) gaz|svenut[oa]|perso i sensi|sanguina\w*|soffoc\w+|a fuoco"
    r"|in fiamme|coltello|aggredit[oaie]|picchiat[oaie]|minacci\w+|molestie|razzist\w+"
    r"|avvocat\w+|giornalist\w+|frode|truff\w+|dialisi|reazione allergica"
    r"|(?:puzza|odore|fuga) di gas|bewusstlos\w*|ohnmachtig|zusammengebrochen|blutet|krampfanfall"
    r"|herzinfarkt|erstick\w+|gasgeruch|riecht nach gas|in flammen|waffe"
    r"|(?:es|haus|kuche|zimmer) brennt|angegriffen|geschlagen|bedroh\w+|belastigt"
    r"|diskriminier\w+|rassist\w+|anwalt\w*"
    r"|journalist\w*|betrug\w*|betrogen|gehackt|sauerstoffgerat|suizid\w*|allergische reaktion"
    r"|(?:no quiere|no desea) (?:vivir|seguir viviendo)|quitarse la vida|encontrad[oa] muert[oa]"
    r"|nao quer (?:mais )?viver|tirar a (?:propria )?vida"
    r"|ne veut plus vivre|envie de mourir|mettre fin a (?:ses|mes) jours|retrouvee? morte?"
    r"|non vuole (?:piu )?vivere|togliersi la vita|farla finita|trovat[oa] mort[oa]"
    r"|nicht mehr (?:leben|weiterleben)|das leben nehmen|tot (?:im|in) (?:zimmer|bett|bad)"
    r"|gestalkt|rettungswagen|ambulan\w+|krankenwagen|notarzt)\b"
)
_PRIVACY_WORDS: Final = wordset("room key keys stranger details data statement account accounts")
_PRIVACY: Final = (
    r"\b(?:let|walked|came|got|burst) (?:\w+ )?(?:in|into)\b.{0,30}\b(?:wrong|occupied) room\b"
    r"|\b(?:key|keys|card)\b.{0,30}\bto (?:the )?wrong (?:man|woman|person|guest|room|couple)\b"
    r"|\bstranger\b.{0,30}\b(?:in|into) (?:his|her|their|the|my)\b.{0,12}\broom\b"
    r"|\b(?:sees?|saw|seen|shown|showing|sent|got)\b.{0,25}\b(?:someone else|somebody else"
    r"|stranger|another (?:customer|guest|client|user|patient)"
    r"|other (?:people|customers|clients|users))'?s?\b.{0,12}"
    r"\b(?:details|data|statements?|accounts?|address|messages|records)\b"
)
_WALKING: Final = wordset("walk walkin walked")
_DOOR: Final = r"\b(?:greet\w*|check(?:ing)?[- ]?in|key|desk|no (?:booking|reservation))\b"
_WALK_IN: Final = rf"\bwalk(?:ed)?[- ]?in\b.*{_DOOR}|{_DOOR}.*\bwalk(?:ed)?[- ]?in\b"
_PLACED: Final = wordset("floor flr storey level")
_FLOOR: Final = r"\b(?:\d+(?:st|nd|rd|th)|first|second|third|fourth) (?:floor|flr|storey|level)\b"
_HARMLESS: Final = re.compile(
    r"\b(?:no (?:one|body) (?:is |was )?(?:hurt|injured)|wants? to know|asks? (?:if|whether"
    r"|about|what)"
    r"|asking (?:if|whether|about|what)|brochure|travel(?:s|ling)? with)\b"
)
_GREETING: Final = wordset(
    """hi hello hey hiya how are you doing is it going yo lol ok okay thanks thank cheers ta bye
    morning afternoon evening good test testing ping yes no yep nope haha hahaha k kk hmm hm
    oops sorry sure great cool nice all there anyone hola gracias buenas buenos dias salut bonjour
    merci hallo danke ola obrigado obrigada ciao grazie guten tag moin bom dia
    buongiorno ? ! !! ?? . x xx :) the and a"""
)


_PLACES: Final = (
    "bar|reception|desk|counter|lobby|door|room|table|restaurant|breakfast|kitchen|terrace|spa|pool"
    "|garage|gate|till|checkin|checkout"
)
"""A clerk writes *gst @bar* for where it happens: that names no account."""
_ADDRESSED: Final = re.compile(rf"(?:^|[\s.,(\"'])[@#](?!(?:{_PLACES})\b)[^\W\d]", re.IGNORECASE)
_MYSELF: Final = wordset("i im i'm ive i've id i'd ill i'll my me mine myself you your u ur yall")
_SOMEBODY: Final = wordset(
    """guest guests cust custs customer customers client clients caller callers pax passenger patron
    lady gent gentleman man woman couple family mr mrs ms sir madam says said asks asked wants
    he she his her him hers he's she's hes shes they"""
)
_CUSTOMER: Final = wordset(
    """guest guests gst customer customers cust custs cst pax passenger passengers caller client
    clients lady gent gentleman couple family buyer shopper diner member visitor tourist cliente
    clientes huesped kunde kundin gast client cliente clienta hospede ospite voyageur"""
)


def grave(folded: str, words: frozenset[str], *, foreign: bool = False) -> str:
    """The words for which a manager must know at once, or an empty text; ``foreign``: the line may
    be in another language than English."""
    found = None if _GRAVE_WORDS.isdisjoint(words) else re.search(_GRAVE, folded)
    if not found and foreign:
        found = re.search(_GRAVE_ABROAD, folded)
    if not found and not _PRIVACY_WORDS.isdisjoint(words):
        found = re.search(_PRIVACY, folded)
    return found[0] if found else ""


def at_the_door(folded: str, words: frozenset[str]) -> bool:
    """Whether a walk-in is being greeted: the very words of a check-in, but nothing bought yet."""
    return not _WALKING.isdisjoint(words) and bool(re.search(_WALK_IN, folded))


def tells_a_floor(folded: str, words: frozenset[str]) -> bool:
    """True where an ordinal says where and not how often: *2nd floor*. An ordinal is mostly learned
    as a word of repeating. Rows and gates are left to that: a *third row this week* and a *second
    gate change* are repetitions."""
    return not _PLACED.isdisjoint(words) and re.search(_FLOOR, folded) is not None


def harmless(folded: str) -> bool:
    """Whether a grave word is only asked about, so that the learned part decides alone."""
    return bool(_HARMLESS.search(folded))


def idle(words: tuple[str, ...]) -> bool:
    """Whether there is nothing but greetings, nods, numbers, laughter, punctuation and pictures:
    ``412 ok`` says that all is well with somebody, and begins no moment."""
    return all(word in _GREETING or not word[0].isalpha() for word in words)


def names_a_customer(words: frozenset[str]) -> bool:
    """Whether somebody we serve is spoken of, which small talk among colleagues does not do."""
    return len(words) > 1 and not _CUSTOMER.isdisjoint(words)


def posted(plain: str) -> bool:
    """Whether a line is a post, pasted as it came: it names an account or a tag."""
    return _ADDRESSED.search(plain) is not None


def in_own_words(plain: str, words: frozenset[str]) -> bool:
    """Whether a line is the customer's own (a post, a mail, a chat): it is a post, or somebody
    speaks of himself and nobody of a customer."""
    if posted(plain):
        return True
    return not words.isdisjoint(_MYSELF) and words.isdisjoint(_SOMEBODY)
