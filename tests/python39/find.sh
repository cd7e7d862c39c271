#!/usr/bin/env bash
# Prints a Python 3.9, whoever made it; fails where there is none.
for it in "${PYTHON39:-}" python3.9 "$HOME"/.pyenv/versions/3.9.*/bin/python pypy3; do
    if [[ -n $it ]] && "$it" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 9))' 2>/dev/null; then
        command -v "$it"
        exit 0
    fi
done
echo 'There is no Python 3.9: install one (Debian has pypy3), or say in PYTHON39 where it is' >&2
exit 1
