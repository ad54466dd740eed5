"""Labelled messages as numbers: what each says of every label, and the keys its pieces have."""

from typing import Any

import numpy as np

from playbooks.engine.linear import far_keys, group_key, letter_groups, pair_key, word_key
from playbooks.engine.trainset import columns, keys_of, matrix, taken_in, targets_of, unmet
from playbooks.engine.vectors import SIZE, Vectors
from playbooks.engine.vocabulary import KINDS


def test_a_second_reader_gets_half_of_a_label() -> None:
    told: list[dict[str, Any]] = [{"text": "a", "kind": "slow", "second": {"kind": "defect"}}]
    targets, _ = targets_of(told)
    kinds = dict(zip(KINDS, targets[0, columns()["kind"]].tolist(), strict=True))
    assert {kind: part for kind, part in kinds.items() if part} == {"slow": 0.5, "defect": 0.5}


def test_a_second_reader_who_says_no_leaves_half_a_yes() -> None:
    told: list[dict[str, Any]] = [
        {"text": "a", "escalate": True, "second": {"escalate": False}},
        {"text": "b", "escalate": False, "second": {"escalate": True}},
        {"text": "c", "escalate": True, "second": {"kind": "slow"}},
    ]
    targets, known = targets_of(told)
    place = columns()["escalate"]
    assert targets[:, place].ravel().tolist() == [0.5, 0.5, 1.0]
    assert known[:, place].ravel().tolist() == [1.0, 1.0, 1.0]


def test_a_message_counts_as_much_as_it_says() -> None:
    _, known = targets_of([{"text": "a", "kind": "slow", "weight": 0.25}, {"text": "b"}])
    assert set(known[0, columns()["kind"]].tolist()) == {0.25}
    assert set(known[1, columns()["moment"]].tolist()) == {1.0}


def test_every_second_message_is_learned_with_its_trade() -> None:
    texts = [f"guest {letter}" for letter in "abcdefgh"]
    lines = [{"text": text, "industry": "hotel", "kind": "slow"} for text in texts]
    told = taken_in(lines, Vectors())
    assert "<at-hotel>" in told.pieces.names
    column = int(np.searchsorted(told.pieces.keys, word_key("<at-hotel>")))
    assert 0 < told.near[:, column].count_nonzero() < len(texts)


def test_a_word_is_learned_by_itself_and_by_its_letters() -> None:
    keys = dict(keys_of("ref"))
    assert keys[word_key("ref")] == 1
    assert {group_key(group) for group in letter_groups("ref")} < set(keys)
    assert keys_of("not ready") == [(pair_key("not ready"), 1.0)]
    assert keys_of("<again>") == [(word_key("<again>"), 1.0)]


def test_small_talk_says_nothing_but_that_it_is_no_moment_and_nothing_failed() -> None:
    targets, known = targets_of([{"text": "who has my mug", "moment": False}])
    for field in ("moment", "failure"):
        assert targets[0, columns()[field]].tolist() == [0.0]
        assert known[0, columns()[field]].tolist() == [1.0]
    assert known[0].sum() == 2.0


def test_whether_something_went_wrong_follows_from_the_kind() -> None:
    told: list[dict[str, Any]] = [
        {"text": "a", "kind": "slow"},
        {"text": "b", "kind": "question"},
        {"text": "c", "kind": "praise"},
        {"text": "d", "kind": "slow", "second": {"kind": "question"}},
        {"text": "e", "kind": "slow", "second": {"kind": "attitude"}},
        {"text": "f", "stage": "smot"},
    ]
    targets, known = targets_of(told)
    place = columns()["failure"]
    assert targets[:, place].ravel().tolist() == [1.0, 0.0, 0.0, 0.5, 1.0, 0.0]
    assert known[:, place].ravel().tolist() == [1.0, 1.0, 1.0, 1.0, 1.0, 0.0]


def test_a_message_that_teaches_one_field_says_nothing_of_the_others() -> None:
    _, known = targets_of([{"text": "a", "kind": "slow", "heat": 1, "teaches": "kind"}])
    place = columns()["kind"]
    assert known[0, place].tolist() == [1.0] * len(KINDS)
    assert known[0].sum() == len(KINDS)


def test_what_a_post_is_counted_as_a_second_time_stands_apart() -> None:
    lines = [{"text": "@sky bag gone"}, {"text": "@sky bag late"}, {"text": "bag gone"}]
    told = taken_in(lines, Vectors())
    assert told.own.tolist() == [True, True, False]
    columns_of = {key: int(np.searchsorted(told.pieces.keys, key)) for key in told.pieces.keys}
    post, everybodys = (columns_of[word_key(piece)] for piece in ("<post-bag>", "bag"))
    assert told.posts[:, post].count_nonzero() == 2
    assert told.near[:, post].count_nonzero() == 0
    assert told.near[:, everybodys].count_nonzero() == 3
    assert told.posts[:, everybodys].count_nonzero() == 0


def test_the_words_of_a_post_are_learned_by_their_letters_which_only_posts_have() -> None:
    keys = dict(keys_of("<post-ref>"))
    assert keys[word_key("<post-ref>")] == 1
    assert {group_key(f"<post-{group}") for group in letter_groups("ref")} < set(keys)
    assert not {group_key(group) for group in letter_groups("ref")} & set(keys)
    assert keys_of("<post-not ready>") == [(pair_key("<post-not ready>"), 1.0)]


def test_every_field_has_columns_of_its_own() -> None:
    places = [place for part in columns().values() for place in range(part.start, part.stop)]
    assert places == list(range(len(targets_of([{"text": "a"}])[0][0])))


def test_a_matrix_holds_what_its_rows_tell() -> None:
    rows = [[(0, 1.0), (2, 0.5)], [], [(1, 2.0)]]
    assert matrix(rows, 3).toarray().tolist() == [[1, 0, 0.5], [0, 0, 0], [0, 2, 0]]


def test_what_was_met_in_one_message_only_gets_no_key() -> None:
    told = taken_in([{"text": "guest tap"}, {"text": "guest bed"}], Vectors())
    assert word_key("guest") in told.pieces.keys
    assert word_key("tap") not in told.pieces.keys
    assert len(told.pieces.far) == 0


def test_words_that_often_stand_apart_get_a_key() -> None:
    told = taken_in([{"text": f"not {letter} ready"} for letter in "abcdefgh"], Vectors())
    assert set(told.pieces.far.tolist()) == far_keys(("not", "a", "ready"))
    assert told.near[:, -1].count_nonzero() == 8


def test_a_piece_counts_the_more_the_fewer_messages_have_it() -> None:
    texts = ["guest bed", "guest bed", "guest tap", "guest key"]
    pieces = taken_in([{"text": text} for text in texts], Vectors()).pieces
    rare = dict(zip(pieces.keys.tolist(), pieces.rare.tolist(), strict=True))
    assert rare[word_key("guest")] == 1.0
    assert rare[word_key("bed")] > 1.0


def test_a_rule_for_danger_is_remembered_of_a_message() -> None:
    told = taken_in([{"text": "guest will sue us"}, {"text": "guest asks for tea"}], Vectors())
    assert told.grave == [True, False]


def test_words_of_the_table_that_no_message_has_are_learned_by_their_letters_and_meaning() -> None:
    table = Vectors(("bed", "bedding"), bytes([1] * 2 * SIZE), {"bed": 0, "bedding": 1})
    pieces = taken_in([{"text": "guest bed"}, {"text": "guest bed"}], table).pieces
    words, parts, meant = unmet(table, pieces, 2)
    assert words == ["bedding"]
    shared = {group_key(group) for group in letter_groups("bed")} & {
        group_key(group) for group in letter_groups("bedding")
    }
    assert set(pieces.keys[np.flatnonzero(parts.toarray()[0])].tolist()) == shared
    assert meant.all()


def test_what_posts_speak_of_counts_though_every_second_post_does() -> None:
    lines = [{"text": f"@sky bag {word} lost"} for word in ("one", "two", "three", "four")]
    told = taken_in(lines, Vectors())
    keys = [pair_key("<post-= goods lost>"), word_key("<post-bag>")]
    matter, word = told.pieces.rare[np.searchsorted(told.pieces.keys, keys)]
    assert matter == 6
    assert word == 1
