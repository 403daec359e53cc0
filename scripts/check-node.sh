#!/bin/sh
# Prints what is missing to build the pages, on one line; nothing if all is well.
if ! command -v node >/dev/null 2>&1 || ! command -v npm >/dev/null 2>&1; then
    echo "Node was not found: the pages of mesoplan are built with Node 20 or newer and its npm"
elif ! node -e 'process.exit(Number(process.versions.node.split(".")[0]) < 20 ? 1 : 0)' >/dev/null 2>&1; then
    echo "Node is $(node --version 2>/dev/null || echo unusable): the pages are built with 20 or newer"
fi
