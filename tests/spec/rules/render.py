"""Write docs/rules.md from the rule pack and the drawn cases: ``python tests/spec/rules/render.py``."""

from pathlib import Path

import yaml

from rules.documentation import rules_page
from rules.pack import load_pack

tables = yaml.safe_load((Path(__file__).parent / "cases.yaml").read_text(encoding="utf-8"))
base = tables.pop("base")
Path("docs/rules.md").write_text(rules_page(load_pack(), tables, base), encoding="utf-8")
