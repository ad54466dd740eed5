"""Loading: strict, all mistakes at once, later folders over earlier ones."""

from datetime import date, time
from pathlib import Path

import pytest

from playbooks.engine import load as loading
from playbooks.engine.load import load, shipped
from playbooks.engine.schema import Gesture, Hours, Limit, Problem, Promise
from tests.fakes.pack import HOUSE, inn, loaded, one_play, play_text, write_pack


def told(problems: list[Problem], words: str) -> Problem:
    found = [problem for problem in problems if words in str(problem)]
    assert found, "\n".join(map(str, problems))
    return found[0]


def broken(tmp_path: Path, text: str, words: str, line: int | None = None) -> Problem:
    library, problems = loaded(tmp_path, it=text)
    problem = told(problems, words)
    assert "inn/it" not in library.plays
    assert not problem.warning
    assert problem.file == "inn/it.md"
    assert problem.hint
    if line:
        assert problem.line == line
    return problem


def test_a_play_becomes_what_was_written(tmp_path: Path) -> None:
    play = one_play(tmp_path, play_text())
    assert (play.id, play.pack, play.file) == ("inn/it", "inn", "inn/it.md")
    assert play.when.stages == {"smot"}
    assert play.when.kinds == {"unavailable"}
    assert play.gesture == Gesture("a drink at the bar", 1800)
    assert play.promise == Promise("they have a room", 30)
    assert play.follow_up.smot == 45
    assert play.reviewed == date(2026, 11, 1)
    assert len(play.examples) == 8
    assert play.do[0] == "Now: seat them."
    assert play.lines["title"] == 2
    assert play.lines["do.1"] == play.lines["do"] + 1


def test_a_site_becomes_what_was_written(tmp_path: Path) -> None:
    library, problems = loaded(tmp_path)
    site = inn(library)
    assert problems == []
    assert library.house.first == "inn"
    assert site.limits["staff"] == Limit(4000, 12000)
    assert site.quiet == Hours(time(23), time(7))
    assert (site.digest_day, site.digest_hour) == (0, 8)
    assert site.price == 10_000


@pytest.mark.parametrize(
    ("typed", "read"), [("third", "umot"), ("Ultimate", "umot"), ("<ZMOT", "pre"), ("zero", "zmot")]
)
def test_the_other_names_of_a_stage_are_understood(tmp_path: Path, typed: str, read: str) -> None:
    play = one_play(tmp_path, play_text(when=f'{{stage: "{typed}", kind: slow}}'))
    assert play.when.stages == {read}


def test_conditions_may_be_one_word_or_a_list(tmp_path: Path) -> None:
    when = "{stage: [smot, umot], kind: [slow, defect], heat: [upset, 2], value: vip, repeat: true}"
    play = one_play(tmp_path, play_text(when=when))
    assert play.when.heat == {1, 2}
    assert play.when.value == {"vip"}
    assert play.when.repeat is True


def test_a_shared_phrase_is_spelled_out_and_counts_in_the_revision(tmp_path: Path) -> None:
    text = play_text(say='{% include "sorry" %} {% include "back_by" %}')
    one = one_play(tmp_path / "a", text)
    write_pack(
        tmp_path / "b", shared="# sorry\nI do apologise.\n\n# back_by\nBack {{ by }}.\n", it=text
    )
    other = load(tmp_path / "b")[0].play("inn/it")
    assert one.say == "I am sorry. I will be back {{ by }}."
    assert one.revision != other.revision


def test_all_mistakes_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    write_pack(
        tmp_path,
        one=play_text(title="", colour="red"),
        two=play_text(say="Hello {{ nobody }}", loss="time"),
    )
    problems = load(tmp_path)[1]
    for words in (
        '"title" is missing',
        '"colour" is not known',
        '"nobody"',
        '"time" is not a loss',
    ):
        told(problems, words)
    assert [(p.file, p.line) for p in problems] == sorted((p.file, p.line) for p in problems)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (play_text(titel="x"), 'did you mean "title"?'),
        (play_text(when="{stage: smott, kind: slow}"), 'did you mean "smot"?'),
        (play_text(when="{stage: smot, kind: slwo}"), 'did you mean "slow"?'),
        (play_text(when="{kind: slow}"), '"when.stage" is missing'),
        (play_text(when="[smot]"), '"when" must hold "key: value" lines'),
        (play_text(when=""), '"when" is missing'),
        (play_text(title=" ''\nowner2: x"), '"owner2" is not known'),
        (play_text(title="[a, b]"), '"title" must be plain words'),
        (play_text(title="x" * 61), "has 61 characters"),
        (play_text(title='"a\\u0007b"'), "cannot be shown"),
        (play_text(examples="one line only"), '"examples" must be a list'),
        (play_text(examples="\n  - lady says: no\n"), '"examples" must be plain words'),
        (play_text(gesture="{give: a drink, amount: 1.234}"), "must be an amount"),
        (play_text(gesture="{give: a drink, amount: -5}"), "must be an amount"),
        (play_text(gesture="{amount: 5}"), '"gesture.give" is missing'),
        (play_text(gesture="[5]"), '"gesture" must hold'),
        (play_text(gesture=""), '"gesture" is missing'),
        (play_text(promise="{what: a room}"), '"promise.within" is missing'),
        (play_text(promise="{what: a room, within: soon}"), "a whole number from 1"),
        (play_text(promise="{what: a room, within: 0}"), "a whole number from 1"),
        (play_text(reviewed="yesterday"), 'must be a day such as 2026-11-01, not "yesterday"'),
        (play_text(reviewed="[2026-11-01]"), "must be a day such as 2026-11-01"),
        (play_text(when="{stage: smot, kind: slow, repeat: maybe}"), "true or false"),
        (play_text(owner="~"), '"owner" is empty'),
        (play_text(title="&name words"), "anchors and aliases"),
        (play_text(title="*name"), "anchors and aliases"),
        (play_text(title="!!str words"), "the tag"),
        (play_text(title="a\ntitle: b"), 'stands here a second time (first in line 2)'),
        (play_text(title="a\n? [x]\n: b"), "a key must be one word"),
        (play_text(title="[[[[[[[a]]]]]]]"), "nested too deep"),
        (play_text(title='"no end'), "this cannot be read"),
        (play_text(title="a\tb\n\t- c: d"), "this cannot be read"),
        (play_text(title="bell \x07 rings"), "a character that cannot be read"),
        ("# Say\nHello", "does not begin with ---"),
        ("---\ntitle: x\n# Say\nHello", "the front matter has no end"),
        ("---\n- a\n---\n# Say\nx\n# Do\n1. Now: y\n", 'no "key: value" here'),
        ("---\n---\n# Say\nx\n# Do\n1. Now: y\n", 'no "key: value" here'),
        (play_text().replace("# Do", "# Steps"), 'the section "# steps" is not known'),
        (play_text().split("# Do")[0], 'the section "# Do" is missing'),
        (play_text().replace("# Say", "Say"), "words outside a section"),
        (play_text() + "# Do\n1. Now: again\n", "a second time"),
        (play_text(say=""), "# Say is empty"),
        (play_text(do=""), "# Do is empty"),
        (play_text(do="Now: no number"), "a step without its number"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_file_and_hint(tmp_path: Path, text: str, words: str) -> None:
    broken(tmp_path, text, words)


def test_a_fault_of_a_template_has_the_line_it_stands_in(tmp_path: Path) -> None:
    text = play_text(do="1. Now: sit.\n2. Then: call\n   {{ nobody }}.")
    line = text.split("\n").index("   {{ nobody }}.") + 1
    broken(tmp_path, text, 'the variable "nobody" is not known', line)


def test_a_step_may_run_over_several_lines(tmp_path: Path) -> None:
    play = one_play(tmp_path, play_text(do="1. Now: sit\n   down.\n2. Today: write."))
    assert play.do == ("Now: sit\ndown.", "Today: write.")


def test_a_time_without_a_promise_has_no_value(tmp_path: Path) -> None:
    problem = broken(tmp_path, play_text(promise=""), '"by" has no value in this play')
    assert "promise" in problem.hint


def test_a_phrase_nobody_wrote_is_named(tmp_path: Path) -> None:
    problem = broken(tmp_path, play_text(say='{% include "sory" %}'), 'no shared phrase "sory"')
    assert problem.hint == 'did you mean "sorry"?'


def test_words_that_yaml_would_bend_stay_words(tmp_path: Path) -> None:
    play = one_play(tmp_path, play_text(title="no", owner="7:30", gesture='"none"'))
    assert (play.title, play.owner, play.gesture) == ("no", "7:30", None)


@pytest.mark.parametrize(
    ("shared", "words"),
    [
        ("words first\n", "words before the first phrase"),
        ("# Big\nx\n", "cannot be the name of this phrase"),
        ("# a\nx\n# a\ny\n", "cannot be the name of this phrase"),
        ("# a\n\n# b\nx\n", 'the phrase "a" is empty'),
        ('# a\n{% include "b" %}\n', "this form of include may not stand"),
    ],
)
def test_a_broken_phrase_is_told(tmp_path: Path, shared: str, words: str) -> None:
    told(load(write_pack(tmp_path, shared=shared))[1], words)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("first: inn", "first: pub", '"first: pub" names no site'),
        ("pack: inn", "pack: ina", 'uses the pack "ina", which has no play'),
        ("Europe/Berlin", "Berlin", 'the time zone "Berlin" is not known'),
        ("currency: EUR", "currency: euro", "three letters such as EUR"),
        ("price: 100", "price: 0", '"price" is 0'),
        ("price: 100", "", '"sites.inn.price" is missing'),
        ("working: 00:00-00:00", "working: all day", "hours such as 07:00-22:00"),
        ("quiet: 23:00-07:00", "quiet: 25:00-07:00", "hours such as 07:00-22:00"),
        ("      trainer: {moment: 0, day: 0}\n", "", '"sites.inn.limits.trainer" is missing'),
        ("duty_manager: dial 9", "boss: dial 9", 'the duty "duty_manager" is missing'),
        ("housekeeping: dial 21", "House-Keeping: dial 21", "cannot be a duty"),
        ("digest: monday 08:00", "digest: monday 08:30", "a day and a full hour"),
        ("digest: monday 08:00", "digest: someday 08:00", "a day and a full hour"),
        ("digest: monday 08:00", "repeat_days: 0", "a whole number from 1"),
        ("  inn:\n", "  The Inn:\n", "cannot be the id of a site"),
        ("    name: The Inn\n", "    name: The Inn\n    colour: red\n", '"sites.inn.colour"'),
    ],
)
def test_a_broken_house_is_told(tmp_path: Path, old: str, new: str, words: str) -> None:
    problem = told(load(write_pack(tmp_path, house=HOUSE.replace(old, new)))[1], words)
    assert problem.file.endswith("_house.yaml")
    assert not problem.warning


@pytest.mark.parametrize("part", ["limits", "duties", "sites"])
def test_a_house_without_a_part_is_told(tmp_path: Path, part: str) -> None:
    house = HOUSE.split(f"{part}:")[0].rstrip() + "\n"
    told(load(write_pack(tmp_path, house=house))[1], f'{part}" is missing')


def test_a_house_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    library, problems = load(write_pack(tmp_path, house="first: [\n"))
    told(problems, "this cannot be read")
    told(problems, "there is no site")
    assert library.house.sites == {}


def test_a_house_may_leave_out_what_has_a_rule(tmp_path: Path) -> None:
    lean = HOUSE.replace("    quiet: 23:00-07:00\n", "").replace("    digest: monday 08:00\n", "")
    library, problems = load(write_pack(tmp_path, house=lean))
    assert problems == []
    assert inn(library).quiet is None
    assert (inn(library).digest_day, inn(library).digest_hour) == (0, 8)


def test_a_later_folder_lies_over_an_earlier_one(tmp_path: Path) -> None:
    low = write_pack(tmp_path / "low", kept=play_text(), changed=play_text(say="I am sorry."))
    house = HOUSE.replace("first: inn\n", "").replace("The Inn", "The Other Inn")
    high = write_pack(
        tmp_path / "high",
        house=house,
        shared="# sorry\nI do apologise.\n",
        changed=play_text(say='{% include "sorry" %} {% include "back_by" %}'),
    )
    library, problems = load(low, high)
    assert problems == []
    assert library.play("inn/changed").say == "I do apologise. I will be back {{ by }}."
    assert "inn/kept" in library.plays
    assert library.house.first == "inn"
    assert inn(library).name == "The Other Inn"


def test_the_digest_changes_with_every_word_and_with_nothing_else(tmp_path: Path) -> None:
    folder = write_pack(tmp_path)
    first, again = load(folder)[0].digest, load(folder)[0].digest
    (folder / "inn" / "room_not_ready.md").write_text(play_text(title="Another"), encoding="utf-8")
    assert first == again
    assert load(folder)[0].digest != first


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    told(load(tmp_path / "nowhere")[1], "there is no folder")


def test_a_file_in_place_of_a_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    told(load(tmp_path / "file")[1], "is a file")


def test_an_empty_folder_is_told(tmp_path: Path) -> None:
    told(load(tmp_path)[1], "holds no play and no house")


def test_what_editors_leave_behind_is_passed_over(tmp_path: Path) -> None:
    folder = write_pack(tmp_path)
    for name in ("README.md", "inn/README.md", "inn/.play.md.swp", "inn/play.md~", ".git"):
        (folder / name).write_text("x", encoding="utf-8")
    assert load(folder)[1] == []


def test_a_stray_file_is_worth_a_note(tmp_path: Path) -> None:
    folder = write_pack(tmp_path)
    (folder / "_hose.yaml").write_text("x", encoding="utf-8")
    (folder / "inn" / "notes.txt").write_text("x", encoding="utf-8")
    problems = load(folder)[1]
    assert all(problem.warning for problem in problems)
    told(problems, 'did you mean "_house.yaml"?')
    told(problems, "notes.txt is not a play")


def test_names_that_cannot_be_ids_are_told(tmp_path: Path) -> None:
    folder = write_pack(tmp_path)
    (folder / "My Pack").mkdir()
    (folder / "inn" / "Room Not Ready.md").write_text(play_text(), encoding="utf-8")
    problems = load(folder)[1]
    told(problems, "cannot be the name of a pack")
    told(problems, "cannot be the name of a play")


def test_a_file_too_long_or_not_utf8_is_told_with_its_line(tmp_path: Path) -> None:
    folder = write_pack(tmp_path)
    (folder / "inn" / "long.md").write_text("x" * 70_000, encoding="utf-8")
    (folder / "inn" / "latin.md").write_bytes("---\ntitle: caf\xe9\n".encode("latin-1"))
    problems = load(folder)[1]
    told(problems, "too long for a person")
    assert told(problems, "not UTF-8").line == 2


def test_a_file_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    folder = write_pack(tmp_path)
    (folder / "inn" / "dangling.md").symlink_to(folder / "gone.md")
    told(load(folder)[1], "it cannot be read")


def test_windows_line_ends_and_a_mark_of_order_do_no_harm(tmp_path: Path) -> None:
    folder = write_pack(tmp_path)
    content = b"\xef\xbb\xbf" + play_text().replace("\n", "\r\n").encode()
    (folder / "inn" / "windows.md").write_bytes(content)
    library, problems = load(folder)
    assert problems == []
    assert library.play("inn/windows").do == library.play("inn/room_not_ready").do


def test_there_is_an_end_to_the_number_of_plays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "MOST_PLAYS", 5)
    library, problems = loaded(tmp_path, a=play_text(), b=play_text())
    told(problems, "more than 5 plays")
    assert len(library.plays) == 5


def test_the_shipped_packs_load_without_a_fault() -> None:
    library, problems = load(shipped())
    assert [str(problem) for problem in problems] == []
    assert {"hotel", "call_centre"} <= {play.pack for play in library.plays.values()}


def test_where_one_play_is_saved_the_others_are_not_read_anew(tmp_path: Path) -> None:
    write_pack(tmp_path, one=play_text(), two=play_text(title="Two"))
    before, _ = load(tmp_path)
    write_pack(tmp_path, one=play_text(), two=play_text(title="Three"))
    after, _ = load(tmp_path)
    assert after.play("inn/one") is before.play("inn/one")
    assert (before.play("inn/two").title, after.play("inn/two").title) == ("Two", "Three")
