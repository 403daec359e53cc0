#!/bin/sh
# Builds the pages of frontend/ into src/mesoplan/web/static from locked, hashed packages.
set -eu
cd frontend
echo "installing frontend/package-lock.json"
npm ci --ignore-scripts --no-audit --no-fund --silent
echo "building the pages"
npx --no-install tsc --noEmit
node build.mjs
