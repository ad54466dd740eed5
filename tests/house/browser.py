"""Is there a browser for the browser tests? A machine without one runs everything else.

``.ci/run`` installs one and sets ``REQUIRE_BROWSER``, so that the gate never opens without it.
"""

import os
import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome")
MISSING = (
    "No Chromium on this machine: the browser tests are left out. "
    "To run them too: sudo apt-get install chromium"
)


def found() -> str:
    """The path of the browser, or nothing."""
    return next((path for path in map(shutil.which, NAMES) if path), "")


def main() -> int:
    """Tells a person where there is none. 1: one must be there."""
    if found():
        return 0
    if os.environ.get("REQUIRE_BROWSER"):
        print("No Chromium, and this run may not go without: apt-get install chromium")
        return 1
    print(MISSING, flush=True)
    return 0
