"""What is posted is learned apart from notes, and read so."""

from typing import Any

import pytest

from playbooks.engine.linear import Linear
from playbooks.engine.read import Reader
from playbooks.engine.train import train


def _posts() -> list[dict[str, Any]]:
    """In notes a hold is slow; in posts, which teach nothing but that, it is bad service."""
    matters = ("music", "line", "phone", "desk", "agent", "call")
    notes = [{"text": f"guest hold {matter}", "kind": "slow"} for matter in matters]
    notes += [{"text": f"guest rude {matter}", "kind": "attitude"} for matter in matters]
    post = {"voice": "post", "teaches": "kind"}
    posts = [{**post, "text": f"@sky hold {matter}", "kind": "attitude"} for matter in matters]
    posts += [{**post, "text": f"@sky belt {matter}", "kind": "slow"} for matter in matters]
    return [*notes, *posts]


def test_posts_teach_how_posts_are_read_and_leave_notes_alone() -> None:
    taught, untaught = (
        Reader(Linear.load(train(lines, rounds=20)))
        for lines in (_posts(), [line for line in _posts() if "voice" not in line])
    )
    assert untaught.read("@sky hold music").kind == "slow"
    assert taught.read("@sky hold music").kind == "attitude"
    assert taught.read("guest hold music").kind == "slow"
    before, after = (reader.scores("guest hold music").kinds for reader in (untaught, taught))
    assert after["slow"] == pytest.approx(before["slow"], abs=0.05)


def test_a_word_of_a_post_never_met_is_read_by_its_letters() -> None:
    held = [line for line in _posts() if line["text"].startswith("@sky hold")]
    lines = [*_posts(), *({**line, "text": line["text"] + " holding"} for line in held)]
    assert Reader(Linear.load(train(lines, rounds=20))).read("@sky holdings").kind == "attitude"


@pytest.mark.parametrize(
    ("post", "kind"),
    [
        ("@SkyAir you lost my bag and nobody can tell me where it is, useless", "lost_damaged"),
        ("@SkyAir thanks for losing my bag, great start to the holiday", "lost_damaged"),
        ("@SkyAir delayed again and nobody tells us anything", "slow"),
        ("@HotelX love waiting 50 min for a room I booked", "slow"),
        ("@SkyAir rude woman at the desk when I asked about the delay", "attitude"),
        ("@SkyAir an hour on hold just to change a seat", "attitude"),
        ("@SkyAir 2 hours late but the crew were wonderful, thank you", "praise"),
    ],
)
def test_of_two_things_in_a_post_the_failure_told_is_what_it_is_about(post: str, kind: str) -> None:
    assert Reader.shipped().read(post).kind == kind
