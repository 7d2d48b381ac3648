#!/bin/sh
# Write constraints/timetravel.txt: the exact version of every package that a clean environment with all extras gets
# today, and constraints/server.txt: the same for the environment of the LangGraph server that the tests start; and
# constraints/old: the same for old LangGraphs, which make_old_langgraphs.sh installs.
# Names and versions only, so that it holds wherever the packages come from.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/constraints"
unset PIP_CONSTRAINT PIP_BUILD_CONSTRAINT

# write FILE WHAT PACKAGE...: the versions that a new environment with these packages has.
write() {
    file=$1 what=$2
    shift 2
    sh scripts/environments/make_venv.sh "$folder/venv"
    "$folder/venv/bin/python" -m pip install --quiet "$@"
    {
        echo "# The versions $what was tested with, written by make constraints. pip takes them with -c."
        "$folder/venv/bin/python" -m pip freeze --exclude-editable | sort -f
    } >"$folder/$file"
    mv "$folder/$file" "$file"
    echo "wrote $file: $(grep -c == "$file") packages"
}

write constraints/timetravel.txt "that timetravel" --editable ".[test,llm]" hatchling editables
write constraints/server.txt "of the LangGraph server that timetravel" "langgraph-cli[inmem]"

# write_old LANGGRAPH SQLITE: constraints/old/LANGGRAPH.txt, what this old LangGraph and its saver need by themselves,
# and in constraints/old/common.txt what the others need as well. The first one has the narrowest needs.
write_old() {
    sh scripts/environments/make_venv.sh "$folder/venv"
    "$folder/venv/bin/python" -m pip install --quiet -c "$folder/common" \
        "langgraph==$1" "langgraph-checkpoint-sqlite==$2"
    "$folder/venv/bin/python" -m pip freeze --exclude setuptools | sort -f >"$folder/all"
    grep -Ei "$own" "$folder/all" >"constraints/old/$1.txt"
    grep -Eiv "$own" "$folder/all" | sort -f -u - "$folder/common" >"$folder/both"
    mv "$folder/both" "$folder/common"
    echo "wrote constraints/old/$1.txt"
}

own='^(aiosqlite|langchain|langgraph|sqlite-vec)'
: >"$folder/common"
write_old 0.3.34 2.0.6
write_old 0.2.74 2.0.3
write_old 0.6.11 3.0.3
write_old 1.0.5 3.0.3
write_old 1.2.12 3.1.2
mv "$folder/common" constraints/old/common.txt
