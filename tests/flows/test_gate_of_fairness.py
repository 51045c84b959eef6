"""The gate acts in the flow: a model it refuses orders no list, and only a promotion with a recorded reason brings it back."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from models.judgement.release import ReleaseDecision, decide
from pipelines import releasing
from pipelines.job import Job, open_job
from pipelines.releasing import registry_of
from pipelines.request import Request
from publication import read
from publication.cards.cards import NAMES

pytestmark = pytest.mark.slow
BECAUSE = "the difference is explained by the posts held; minutes of 3 March"


def released(*judged: Any) -> ReleaseDecision:
    """Return the decision with a refusal turned into a release: no tiny city earns one."""
    decided = decide(*judged)
    return decided if decided.release == "none" else replace(decided, release="champion", ranking_supported=True)


@pytest.fixture(scope="module")
def strict(moving_city: Path, quick: Path, prefect_server: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Request]:
    """Return the request of a city whose gate lets no ratio pass."""
    folder = tmp_path_factory.mktemp("strict")
    values = yaml.safe_load(quick.read_text(encoding="utf-8")) | {"fairness": {"gate": {"impact_ratio": 1000.0}}}
    (folder / "strict.yaml").write_text(yaml.safe_dump(values), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(releasing, "decide", released)
        yield Request(str(moving_city), str(folder / "workspace"), params=str(folder / "strict.yaml"), as_of="2025-03-31")


def test_a_refused_model_is_withdrawn_and_an_override_is_published_with_its_reason(strict: Request) -> None:
    from pipelines import flows

    flows.call(flows.run, strict)
    job = open_job(strict)
    first = read.current(job.workspace).run()
    candidate = registry_of(job).candidate()
    assert registry_of(job).champion() is None
    assert first["ranking_supported"] is False
    assert first["fairness"]["decision"] == "warned"
    assert "fairness: impact ratio of shortlisted" in first["release"]["reasons"][0]["text_en"]
    assert candidate is not None
    cards_name_nobody(job)

    registry_of(job).promote(candidate.version, BECAUSE, override=True)
    flows.call(flows.shortlist, strict)
    second = read.current(job.workspace).run()
    assert second["ranking_supported"] is True
    assert (second["fairness"]["decision"], second["fairness"]["because"]) == ("overridden", BECAUSE)
    assert BECAUSE in (read.current(job.workspace).folder / "model-card.en.md").read_text(encoding="utf-8")


def cards_name_nobody(job: Job) -> None:
    run = read.current(job.workspace)
    ids = set(run.table("facts_employees")["employee_id"])
    for name in NAMES:
        text = (run.folder / name).read_text(encoding="utf-8")
        assert len(text) > 1000
        assert not ids & set(text.replace("|", " ").replace("<", " ").replace(">", " ").split())
