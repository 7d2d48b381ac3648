#!/bin/sh
# Make a virtual environment at $1 with the first Python here that is new enough. The versions that the project is
# tested with come first; PYTHON=/path/to/python decides otherwise.
set -eu
venv=$1

new_enough() {
    command -v "$1" >/dev/null 2>&1 && "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

for python in ${PYTHON:-python3.11 python3.12 python3.13 python3.14 python3 python}; do
    if new_enough "$python"; then
        echo "making $venv with $("$python" --version) ($(command -v "$python"))"
        # Debian keeps `ensurepip` in a package of its own; its pip can fill an environment from outside.
        "$python" -m venv --clear "$venv" 2>/dev/null && exit 0
        "$python" -m venv --clear --without-pip "$venv" &&
            PIP_CONSTRAINT='' "$python" -m pip --python "$venv/bin/python" install --quiet pip && exit 0
        rm -rf "$venv"
        echo "$python can't make a virtual environment: install its venv module (Debian: apt-get install python3-venv)" >&2
        exit 1
    fi
done
echo "Python 3.11 or later is needed, and none is on the PATH. Install one, or say where: make run PYTHON=/path/to/python" >&2
exit 1
