#!/bin/sh
# Write constraints.txt: the exact version of every package that a clean environment with all extras gets today, and
# constraints-server.txt: the same for the environment of the LangGraph server that the tests start.
# Names and versions only, so that it holds wherever the packages come from.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
unset PIP_CONSTRAINT PIP_BUILD_CONSTRAINT

# write FILE WHAT PACKAGE...: the versions that a new environment with these packages has.
write() {
    file=$1 what=$2
    shift 2
    sh scripts/make_venv.sh "$folder/venv"
    "$folder/venv/bin/python" -m pip install --quiet "$@"
    {
        echo "# The versions $what was tested with, written by make constraints. pip takes them with -c."
        "$folder/venv/bin/python" -m pip freeze --exclude-editable | sort -f
    } >"$folder/$file"
    mv "$folder/$file" "$file"
    echo "wrote $file: $(grep -c == "$file") packages"
}

write constraints.txt "that timetravel" --editable ".[test,llm]" hatchling editables
write constraints-server.txt "of the LangGraph server that timetravel" "langgraph-cli[inmem]"
