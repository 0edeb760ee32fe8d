"""The plugin's own tests, on this machine and without Wasm: `.venv/bin/python -m unittest`."""

import sys

import build

# The contract as Python sees it: made once, by the componentize-py that makes the component.
if not build.BINDINGS.exists():
    build.bindings()
sys.path[:0] = [str(build.HERE / "src"), str(build.HERE / "contract"), str(build.BINDINGS)]
