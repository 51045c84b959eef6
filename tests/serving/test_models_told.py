"""The overview and the JSON say which model is in force and since when, a refusal, a roll-back, and lists made by another model."""

import pytest
from fastapi.testclient import TestClient

from publication.model_in_force import ModelsTold, Stand, keep
from serving.models_told import models_of, newest_year
from serving.settings import ServingSettings

VERSIONS = {"hash1": 1, "hash2": 2}
REFUSED = Stand(2, "hash2", "2026-03-01", "2026-04-02T03:00:00+07:00", "released", "", "tidak terpenuhi: skala", "not met: scale")
FIRST = Stand(1, "hash1", "2026-01-31", "2026-02-02T03:00:00+07:00", "released", "", "semua terpenuhi", "all passed")
BACK = Stand(1, "hash1", "2026-01-31", "2026-04-03T03:00:00+07:00", "rolled_back", "terminal:ani", "keluhan", "keluhan", 2)


def run(behind: str, ranked: bool = True) -> dict[str, object]:
    return {"hashes": {"model": behind}, "ranking_supported": ranked}


def test_lists_of_another_model_than_the_one_in_force_are_told_and_no_others() -> None:
    assert models_of(None, run("hash1")) is None
    told = models_of(ModelsTold(BACK, REFUSED, VERSIONS), run("hash2"))
    assert told is not None
    assert (told["other"], told["of_lists"], told["refused"]) == (True, 2, None), "the roll-back has said why version 2 went"
    assert models_of(ModelsTold(BACK, REFUSED, VERSIONS), run("hash1"))["other"] is False  # type: ignore[index]
    nobody = ModelsTold(None, REFUSED, VERSIONS)
    assert [models_of(nobody, run(*made))["other"] for made in (("none",), ("hash2", False), ("hash1", True))] == [  # type: ignore[index]
        False, False, True,
    ]  # fmt: skip


def test_what_was_found_in_the_newest_year_is_told() -> None:
    reasons = [{"code": "passed"}, {"code": "newest_shares", "text_id": "a"}]
    assert newest_year({"release": {"reasons": reasons}}, None) == newest_year({"release": {"reasons": reasons}}, {"other": False})
    assert newest_year({"release": {"reasons": reasons}}, {"other": False}) == reasons[1:]
    assert newest_year({"release": {"reasons": reasons}}, {"other": True}) == newest_year({}, None) == []


@pytest.mark.parametrize(
    ("told", "said", "said_en"),
    [
        (ModelsTold(FIRST, REFUSED, VERSIONS),
         ["Versi 1", "berlaku sejak 2 Februari 2026", "Model terbaru (versi 2) ditolak 2 April 2026"],
         "The newest model (version 2) was refused on 2 April 2026"),
        (ModelsTold(BACK, REFUSED, VERSIONS), ["berlaku lagi sejak 3 April 2026, menggantikan versi 2 oleh terminal:ani: keluhan"],
         "back in force since 3 April 2026, in place of version 2 by terminal:ani: keluhan"),
        (ModelsTold(None, REFUSED, VERSIONS), ["Tidak ada model yang berlaku"], "No model is in force"),
    ],
)  # fmt: skip
def test_the_overview_says_how_the_model_came_into_force(
    own: TestClient, settings: ServingSettings, told: ModelsTold, said: list[str], said_en: str
) -> None:
    assert "menggantikan versi" not in own.get("/").text
    keep(settings.folder, told)
    page = " ".join(own.get("/").text.split())
    assert [words for words in said if words not in page] == []
    assert said_en in " ".join(own.get("/?lang=en").text.split())


def test_the_json_of_the_run_says_it_too_and_at_once(own: TestClient, settings: ServingSettings) -> None:
    assert own.get("/api/v1/run").json()["models"] is None
    keep(settings.folder, ModelsTold(BACK, REFUSED, VERSIONS))
    answered = own.get("/api/v1/run").json()["models"]
    assert (answered["in_force"]["how"], answered["in_force"]["former"], answered["other"]) == ("rolled_back", 2, True)
