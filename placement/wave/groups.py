"""Groups of people of whom a share of the moves may be asked: by the work and the place they have now, by no protected trait."""

import numpy as np
import pandas as pd

from features.bilingual import Bilingual
from features.codes import JOB_KINDS

BETWEEN = ":"
KINDS = ("job_kind", "job_family", "district")
"""What a group is told by: the kind of post held, its job family, the district where it lies."""


def groups_of(held: pd.Series, job_kind: pd.Series, posts: pd.DataFrame) -> pd.DataFrame:
    """Return who is in which group: index of ``held``, one boolean column per group, named ``KIND:VALUE``.

    Parameters
    ----------
    held
        Index employee_id: position_id held now (missing: none).
    job_kind
        The kind of that post, on the same index.
    posts
        Index position_id: ``job_family`` and ``district`` of the posts of a wave; who holds another is in neither kind of group.
    """
    place = posts.index.get_indexer(held.astype(object))
    facts = {"job_kind": job_kind.to_numpy(dtype=object)}
    for name in ("job_family", "district"):
        facts[name] = np.r_[posts[name].to_numpy(dtype=object), None][place]
    columns = {
        f"{kind}{BETWEEN}{value}": facts[kind] == value
        for kind in KINDS for value in sorted({one for one in facts[kind] if isinstance(one, str) and one})
    }  # fmt: skip
    return pd.DataFrame(columns, index=held.index)


def group_name(group: str) -> Bilingual:
    """Return what readers call a group; one of no kind known here by its own name."""
    kind, _, value = group.partition(BETWEEN)
    if kind == "job_kind" and value in JOB_KINDS:
        indonesian, english = _JOB_KINDS[value]
        return Bilingual(english, indonesian)
    told = {"job_family": ("people in the job family {}", "pegawai rumpun {}"),
            "district": ("people who work in {}", "pegawai yang bertugas di {}")}.get(kind)  # fmt: skip
    return Bilingual(*(words.format(value) for words in told)) if told else Bilingual(group, group)


_JOB_KINDS = {
    "executive": ("pejabat JPT", "executives"), "administrator": ("pejabat administrator", "administrators"),
    "supervisor": ("pejabat pengawas", "supervisors"), "staff": ("pelaksana", "staff (pelaksana)"),
    "functional_expert": ("fungsional keahlian", "functional experts"),
    "functional_skilled": ("fungsional keterampilan", "skilled functional staff"),
}  # fmt: skip
