#!/usr/bin/env bash
# Environment setup: checks the tools, builds the backend and writes the typings that editors and tsc read.
set -euo pipefail
cd "$(dirname "$0")/.."

command -v node >/dev/null || { echo "node is not installed" >&2; exit 1; }
npm --prefix ../backend run build
npx dovetail types
echo "ready: npx dovetail deploy --stage dev"
