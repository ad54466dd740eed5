import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from urllib.parse import unquote_to_bytes

import httpx
import pytest

from bot.channels.web import local_hosts, web_app
from bot.channels.web.pages import ROLE_NAMES, chips_for
from bot.conversations.types import Address, Button, Card, Fact, File, Line
from playbooks.engine.vocabulary import ROLES
from tests.fakes.web_world import ANSWER, DIGEST, GIVEN, NOON, PEOPLE, World

MIRA = Address("web", "mira")
NASTY = "<script>alert(1)</script>\"'&"


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
async def client(world: World) -> AsyncIterator[httpx.AsyncClient]:
    app = web_app(world.channel, allowed_hosts=local_hosts(8015))
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8015") as client:
        yield client


async def chat(client: httpx.AsyncClient, person: str = "mira") -> str:
    await client.post("/who", data={"person": person})
    return (await client.get("/chat")).text


async def test_the_door_shows_the_people_of_each_site(client: httpx.AsyncClient) -> None:
    page = (await client.get("/")).text
    assert page.index("Hotel Lindenhof") < page.index("Mira Vogt") < page.index("Guest Line")
    assert "Ravi &lt;b&gt;Anand&lt;/b&gt;" in page
    assert "Gone Away" not in page


async def test_an_empty_house_says_what_to_do(client: httpx.AsyncClient, world: World) -> None:
    world.book.people_now.clear()
    assert "Nobody is enrolled yet" in (await client.get("/")).text


async def test_a_site_that_is_gone_shows_its_id_and_utc(
    client: httpx.AsyncClient, world: World
) -> None:
    world.book.people_now[:] = [replace(PEOPLE[0], site="closed-house")]
    world.book.put(MIRA, "k", text="hello")
    page = await chat(client)
    assert "closed-house" in page
    assert "<time" in page
    assert ">11:00<" in page


async def test_who_one_is_stays_in_a_cookie_no_script_can_read(client: httpx.AsyncClient) -> None:
    answer = await client.post("/who", data={"person": "mira"})
    cookie = answer.headers["set-cookie"]
    assert answer.headers["location"] == "/chat"
    assert "fifteen-who-8015=mira" in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie


@pytest.mark.parametrize("person", ["gone", "nobody", ""])
async def test_only_somebody_on_the_list_can_be_chosen(
    client: httpx.AsyncClient, person: str
) -> None:
    answer = await client.post("/who", data={"person": person})
    assert answer.status_code == 400
    assert "Choose again" in answer.text
    assert "set-cookie" not in answer.headers


async def test_without_a_person_the_chat_leads_to_the_door(client: httpx.AsyncClient) -> None:
    assert (await client.get("/chat")).headers["location"] == "/"
    client.cookies.set("fifteen-who-8015", "nobody")
    assert (await client.get("/chat")).headers["location"] == "/"


async def test_with_a_person_the_start_leads_to_the_chat(client: httpx.AsyncClient) -> None:
    await client.post("/who", data={"person": "mira"})
    assert (await client.get("/")).headers["location"] == "/chat"
    assert "Who is at the desk?" in (await client.get("/who")).text


async def test_the_chat_shows_the_last_sixty_lines_in_their_places(
    client: httpx.AsyncClient, world: World
) -> None:
    for number in range(70):
        world.book.put(MIRA, f"k{number}", text=f"line {number:02}.")
    world.book.put(MIRA, "k30", text="line 30, edited.")
    page = await chat(client)
    shown = re.findall(r"line (\d\d)[,.]", page)
    assert shown == sorted(shown)
    assert len(shown) == 60
    assert "line 30, edited." in page
    assert 'data-seq="71"' in page


async def test_a_card_shows_all_it_holds(client: httpx.AsyncClient, world: World) -> None:
    world.book.put(MIRA, "m1", card=ANSWER)
    page = await chat(client)
    told = [ANSWER.title, ANSWER.say, *ANSWER.do, ANSWER.note]
    told += [word for fact in ANSWER.facts for word in (fact.label, fact.text)]
    told += [button.label for button in ANSWER.buttons]
    for words in told:
        assert words in page


async def test_words_in_another_language_are_marked_as_such(
    client: httpx.AsyncClient, world: World
) -> None:
    german = Card("412 · Zimmer nicht fertig", say="Das tut mir leid.", do=("Suite suchen",))
    world.book.put(MIRA, "k", card=replace(german, language="de", facts=(Fact("Told", "Anna"),)))
    page = await chat(client)
    assert '<h2 lang="de">412' in page
    assert '<blockquote lang="de">Das' in page
    assert '<ol lang="de">' in page
    assert page.count('lang="de"') == 3


async def test_english_words_need_no_mark(client: httpx.AsyncClient, world: World) -> None:
    world.book.put(MIRA, "k", card=Card("412 · Room not ready", say="I am sorry.", do=("Look",)))
    assert (await chat(client)).count(" lang=") == 1


async def test_only_what_is_not_more_is_seen_at_first(
    client: httpx.AsyncClient, world: World
) -> None:
    world.book.put(MIRA, "m1", card=ANSWER)
    page = await chat(client)
    seen, _, behind = page.partition("<details>")
    assert [b.label for b in ANSWER.buttons if f">{b.label}<" in seen] == [
        "Did it",
        "Another idea",
        "Get help",
    ]
    assert [b.label for b in ANSWER.buttons if f">{b.label}<" in behind] == [
        "Gave something",
        "Not this",
        "Hand over",
    ]


@pytest.mark.parametrize(
    ("tone", "word"), [("green", "Yours"), ("amber", "Ask first"), ("red", "Not ours")]
)
async def test_what_she_may_give_is_told_by_a_word_beside_the_colour(
    client: httpx.AsyncClient, world: World, tone: str, word: str
) -> None:
    facts = (Fact("You may", "See.", tone), Fact("Told", "Nobody.", tone))  # type: ignore[arg-type]
    world.book.put(MIRA, "m1", card=Card("x", facts=facts))
    page = await chat(client)
    assert f'class="{tone} may"' in page
    assert word in page


async def test_a_plain_fact_has_no_sign(client: httpx.AsyncClient, world: World) -> None:
    facts = (Fact("You may", "Nothing to give."), Fact("", "No label."))
    world.book.put(MIRA, "m1", card=Card("x", facts=facts))
    page = await chat(client)
    assert 'class="sign"' not in page
    assert page.count("<dt>") == 1


async def test_a_form_asks_each_kind_of_question(client: httpx.AsyncClient, world: World) -> None:
    world.book.put(MIRA, "f", card=GIVEN)
    page = await chat(client)
    assert 'inputmode="decimal"' in page
    assert 'type="radio" name="f.what" value="drink"' in page
    assert '<textarea id="f1-3" name="f.words"' in page
    assert 'name="tap" value="given.m1"' in page


async def test_bars_are_a_table_whose_numbers_can_be_read(
    client: httpx.AsyncClient, world: World
) -> None:
    world.book.put(MIRA, "d", card=DIGEST)
    page = await chat(client)
    assert '<th scope="row">Waiting</th><td class="count">14</td>' in page
    assert '<rect width="64.0"' in page
    assert "too few to say" in page


async def test_a_file_is_a_link_that_saves_it(client: httpx.AsyncClient, world: World) -> None:
    file = File("week.csv", 'what,value\r\n"<b>&""",1\r\n')
    world.book.put(MIRA, "t", card=Card("The week", files=(file,)))
    name, link = re.findall(r'<a download="([^"]+)" href="([^"]+)">', await chat(client))[-1]
    assert name == file.name
    assert unquote_to_bytes(link.partition(",")[2]) == file.content


async def test_what_people_wrote_is_never_markup(client: httpx.AsyncClient, world: World) -> None:
    card = Card(
        NASTY,
        say=NASTY,
        do=(NASTY,),
        facts=(Fact(NASTY, NASTY, "red"),),
        note=NASTY,
        buttons=(Button(NASTY, NASTY),),
    )
    world.book.put(MIRA, NASTY, card=card)
    world.book.put(MIRA, "k2", text=NASTY)
    page = await chat(client)
    assert "<script>" not in page
    assert "\"'&" not in page


async def test_no_page_holds_a_script_or_a_style_of_its_own(
    client: httpx.AsyncClient, world: World
) -> None:
    world.book.put(MIRA, "m1", card=ANSWER)
    for page in ((await client.get("/")).text, await chat(client)):
        assert not re.search(r"<script(?![^>]*src=)|<style|\sstyle=|\son\w+=", page)
        assert not re.search(r"(?:src|href)=\"https?:", page)


async def test_times_are_the_site_s_and_older_days_are_named(
    client: httpx.AsyncClient, world: World
) -> None:
    ravi = Address("web", "ravi")
    world.book.kept[ravi] = {
        "a": Line(1, 1, NOON - timedelta(days=1), "a", text="old"),
        "b": Line(2, 2, NOON, "b", text="new"),
    }
    page = await chat(client, "ravi")
    assert ">Sun 8 Mar, 07:00<" in page
    assert ">07:00<" in page


async def test_each_role_has_its_shortcuts() -> None:
    words = {person.role: [word for _, word in chips_for(person)] for person in PEOPLE[:3]}
    assert words == {
        "staff": ["open", "help"],
        "manager": ["open", "help", "digest"],
        "trainer": ["open", "help", "plays"],
    }
    assert set(ROLE_NAMES) == set(ROLES)


async def test_demo_data_is_marked_on_every_page() -> None:
    app = web_app(World(demo=True).channel, allowed_hosts=local_hosts(8015))
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8015") as client:
        assert "Demo data." in (await client.get("/")).text
        assert "Demo data." in await chat(client)


async def test_real_data_is_not_marked_as_demo(client: httpx.AsyncClient) -> None:
    assert "Demo data" not in await chat(client)


async def test_the_shift_she_told_is_pressed(client: httpx.AsyncClient, world: World) -> None:
    world.book.people_now[0] = replace(PEOPLE[0], shift="off")
    page = await chat(client)
    assert 'value="off" aria-pressed="true"' in page
    assert 'value="on" aria-pressed="false"' in page
