"""What the component exports: the plugin's hooks, with errors that nobody caught written to the gateway's log before they end it.

A hook more in src/validator.py is a class more here, and a line more in wit/world.wit.
"""

import traceback
from typing import Any, Callable

import validator
from componentize_py_types import Err
from wit_world import exports
from wit_world.imports import log
from wit_world.imports.document import Json
from wit_world.imports.types import CallContext, Description, Verdict


class Lifecycle(exports.Lifecycle):
    def describe(self) -> Description:
        return watched(validator.describe)

    def configure(self, settings_json: str) -> None:
        watched(validator.configure, settings_json)


class CallHook(exports.CallHook):
    def check_call(self, context: CallContext, arguments: Json) -> Verdict:
        return watched(validator.check_call, context, arguments)


def watched(run: Callable[..., Any], *given: Any) -> Any:
    try:
        return run(*given)
    except Err:
        raise
    except Exception as error:
        log.write(log.Level.WARN, f"{type(error).__name__}: {error}")
        # Not `format_exc`: it looks for the source, and there are no files.
        for frame, line in reversed(list(traceback.walk_tb(error.__traceback__))):
            log.write(log.Level.WARN, f"in {frame.f_code.co_name} ({frame.f_code.co_filename}:{line})")
        raise
