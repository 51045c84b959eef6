"""What a process of ours does not load: a grammar that takes longer to compile than the rest of Prefect to import; what learns."""

import subprocess
import sys

SAYS = "import pipelines.process, sys, jsonschema; print(sys.modules['rfc3987_syntax'], 'lark' in sys.modules)"


def test_jsonschema_does_without_the_grammar_of_unicode_addresses() -> None:
    found = subprocess.run([sys.executable, "-c", SAYS], check=True, capture_output=True, text=True)
    assert found.stdout.split() == ["None", "False"]


def test_a_command_that_only_reads_its_arguments_loads_nothing_that_learns() -> None:
    heavy = "{'mlflow', 'lightgbm', 'pandas', 'prefect', 'sklearn'}"
    says = f"import pipelines.command_line, sys; print(*sorted({heavy} & sys.modules.keys()))"
    assert subprocess.run([sys.executable, "-c", says], check=True, capture_output=True, text=True).stdout.split() == []
