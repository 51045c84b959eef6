"""What `tepat sentinels` says at the end: tests beside their budget of false alarms, facts apart from them."""

from pathlib import Path

import numpy as np
import pandas as pd

from pipelines.sentinels import as_text
from pipelines.texts import Language


def test_facts_are_not_counted_among_the_alarms_that_chance_may_raise() -> None:
    found = pd.DataFrame({"p_value": [np.nan, np.nan, 0.0005, 0.3], "alarm": [True, True, True, False]})
    said = as_text(found, 1.0, Path("review.csv"), Language.ID).splitlines()
    assert said[0] == "Pola yang diuji: 2; perlu ditelaah: 1 (bila hanya kebetulan yang bekerja, paling banyak 1)."
    assert said[1].startswith("Turun jenjang tanpa catatan hukuman disiplin: 2. ")
    assert as_text(found, 0.5, Path("review.csv"), Language.EN).startswith("Patterns tested: 2; to be reviewed: 1 (where only")
