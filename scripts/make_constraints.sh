#!/bin/sh
# Write constraints.txt: the exact version of every package that a clean environment with all extras gets today.
# Names and versions only, so that it holds wherever the packages come from.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
unset PIP_CONSTRAINT PIP_BUILD_CONSTRAINT
sh scripts/make_venv.sh "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --editable ".[test,llm]" hatchling editables
{
    echo "# The versions that timetravel was tested with, written by make constraints. pip takes them with -c."
    "$folder/venv/bin/python" -m pip freeze --exclude-editable | sort -f
} >"$folder/constraints.txt"
mv "$folder/constraints.txt" constraints.txt
echo "wrote constraints.txt: $(grep -c == constraints.txt) packages"
