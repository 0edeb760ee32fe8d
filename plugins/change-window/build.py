"""Makes build/plugin.wasm of src/: `python build.py`, which `doorward plugin build` does too.

`python build.py bindings` writes the contract as Python sees it to build/bindings, for editors and for the unit tests.
"""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
BINDINGS = HERE / "build" / "bindings"


def componentize(*words: str) -> None:
    """Runs componentize-py of the environment that this runs in."""
    tool = Path(sys.executable).parent / "componentize-py"
    subprocess.run([tool, "--wit-path", "wit", "--world", "plugin", *words], cwd=HERE, check=True)


def bindings() -> None:
    """Writes the bindings. They are stubs: only types can be used outside the sandbox."""
    componentize("bindings", str(BINDINGS))


def component() -> None:
    """Makes the component. It has no world around it: what Python asks of a system, it does not get."""
    (HERE / "build").mkdir(exist_ok=True)
    paths = ["--python-path", "src", "--python-path", "contract"]
    componentize("componentize", "--stub-wasi", *paths, "--output", "build/plugin.wasm", "main")


if __name__ == "__main__":
    bindings() if sys.argv[1:] == ["bindings"] else component()
