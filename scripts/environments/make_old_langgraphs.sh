#!/bin/sh
# Make an environment for each old LangGraph of constraints/old: $1/0.6.11/bin/python and so on.
#
# What they need besides LangGraph is most of their size and the same for all, so it is installed once, into $1/common,
# and a .pth file in each of them leads there. The lists are complete and exact, so pip has nothing to resolve.
set -eu
folder=$1
common=$folder/common
python=$common/bin/python

sh scripts/environments/make_venv.sh "$common"
site=$("$python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
below=${site#*"$common/"}

# install PYTHON LIST: what the list names, and nothing else, into the environment of this Python.
install() {
    "$python" -m pip --python "$1" install --quiet --no-compile --no-deps -r "$2"
}

for list in constraints/old/*.txt; do
    version=$(basename "$list" .txt)
    [ "$version" = common ] && continue
    "$python" -m venv --clear --without-pip "$folder/$version"
    echo "../../../../common/$below" >"$folder/$version/$below/common.pth"
done

# At the same time, since each waits for downloads; the large one last, beside the small ones.
pids=
for list in constraints/old/*.txt; do
    install "$folder/$(basename "$list" .txt)/bin/python" "$list" &
    pids="$pids $!"
done
for pid in $pids; do wait "$pid"; done
