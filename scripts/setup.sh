#!/bin/sh
# Makes .venv and installs locked, hashed requirements and this package: setup.sh PYTHON LOCK...
set -eu
python=$1
shift
if ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
    echo "making .venv with $("$python" --version)"
    "$python" -m venv --clear .venv
fi
for lock in "$@"; do
    echo "installing requirements/$lock.txt"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check \
        --require-hashes -r "requirements/$lock.txt"
done
.venv/bin/python -m pip install --quiet --disable-pip-version-check \
    --no-deps --no-build-isolation -e .
