#!/bin/sh
# Prints the newest Python from 3.11 to 3.13 that can make an environment; or says what to install.
# A name that is on the path but does not start (a version switcher's shim) is passed over.
found=""
for name in ${1:-python3.13 python3.12 python3.11 python3}; do
    if "$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then
        found="${found:-$name}"
        if "$name" -c 'import ensurepip, venv' 2>/dev/null; then
            echo "$name"
            exit 0
        fi
    fi
done
if [ -z "$found" ]; then
    echo "Fifteen needs Python 3.11, 3.12 or 3.13 and found none; on Debian 12 or later: apt-get install python3 python3-venv" >&2
    exit 1
fi
# Debian keeps the part that makes environments in a package of its own.
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing python3-venv, which Debian's Python needs to make an environment ..." >&2
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends python3-venv; } >/dev/null 2>&1
    if "$found" -c 'import ensurepip, venv' 2>/dev/null; then
        echo "$found"
        exit 0
    fi
fi
echo "Python is here but cannot make an environment: install Debian's package python3-venv (sudo apt-get install python3-venv) and run make again" >&2
exit 1
