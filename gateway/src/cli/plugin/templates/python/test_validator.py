import json
import unittest

import validator
from componentize_py_types import Err
from stand_in import Document, called
from wit_world.imports.types import Verdict_Allow

SETTINGS = {"argument": "/host", "hosts": ["web-1"]}


class KnownHosts(unittest.TestCase):
    def test_only_known_hosts_pass(self) -> None:
        validator.configure(json.dumps(SETTINGS))
        for given, code in [
            ({"host": "web-1"}, None),
            ({"host": "db-1"}, "host.unknown"),
            ({"host": ["web-1"]}, "host.missing"),
            ({}, "host.missing"),
        ]:
            said = validator.check_call(called("ssh", "connect"), Document(given))
            told = None if isinstance(said, Verdict_Allow) else said.value.code
            self.assertEqual(told, code, given)

    def test_mistakes_in_the_settings_are_found_at_once_with_their_places(self) -> None:
        with self.assertRaises(Err) as raised:
            validator.configure(json.dumps({"hosts": [], "host": "web-1"}))
        places = [finding.pointer for finding in raised.exception.value]
        self.assertEqual(places, ["/host", "/argument", "/hosts"])


if __name__ == "__main__":
    unittest.main()
