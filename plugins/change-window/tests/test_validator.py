import json
import unittest
from datetime import datetime

import validator
from stand_in import Document, called
from wit_world.imports.types import Verdict_Allow


class ChangeWindow(unittest.TestCase):
    def test_a_window_over_midnight_is_of_the_day_on_which_it_begins(self) -> None:
        night = {"days": ["fri"], "from": "22:00", "to": "02:00"}
        validator.configure(json.dumps({"windows": [night], "offset": "+01:00"}))
        for time, is_open in [
            ("2026-11-20T20:59:59+00:00", False),
            ("2026-11-20T21:00:00+00:00", True),
            ("2026-11-21T00:59:59+00:00", True),
            ("2026-11-21T01:00:00+00:00", False),
            ("2026-11-21T21:30:00+00:00", False),
            ("2026-11-20T00:30:00+00:00", False),
        ]:
            context = called("shop", "deploy")
            context.now = int(datetime.fromisoformat(time).timestamp() * 1000)
            said = validator.check_call(context, Document({}))
            self.assertEqual(isinstance(said, Verdict_Allow), is_open, time)


if __name__ == "__main__":
    unittest.main()
