"""What a process of ours does not load: a grammar that takes longer to compile than the rest of Prefect to import."""

import subprocess
import sys

SAYS = "import pipelines.process, sys, jsonschema; print(sys.modules['rfc3987_syntax'], 'lark' in sys.modules)"


def test_jsonschema_does_without_the_grammar_of_unicode_addresses() -> None:
    found = subprocess.run([sys.executable, "-c", SAYS], check=True, capture_output=True, text=True)
    assert found.stdout.split() == ["None", "False"]
