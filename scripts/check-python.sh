#!/bin/sh
# Prints what is missing to set mesoplan up with the Python named, on one line; nothing if all is well.
python=$1
if ! command -v "$python" >/dev/null 2>&1; then
    echo "$python was not found: install Python 3.11 or newer, or name it, as in make demo PYTHON=python3.12"
elif ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
    found=$("$python" -c 'import sys; print(sys.version.split()[0])' 2>/dev/null || echo unusable)
    echo "$python is Python $found: 3.11 or newer is needed; name one, as in make demo PYTHON=python3.12"
elif ! "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
    echo "$python cannot make a virtual environment: install it, on Debian with apt-get install python3-venv"
fi
