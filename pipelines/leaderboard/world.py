"""One city of the board: what methods may know of it, the pairs they are asked about, and what each pair would truly gain."""

from dataclasses import asdict, dataclass

import pandas as pd

from features.as_of import default_as_of, default_effective_on
from features.standing import standing
from features.tables import Tables
from features.trials import training_rows
from pipelines.known_truth import candidate_pairs, invented, published_per_latent, true_leniency
from pipelines.leaderboard.method import LearningView
from pipelines.settings import Params
from placement.lists import make_case
from placement.need import needs
from rules.facts import Facts, collect_facts
from rules.verdicts import eligibility
from simulation.city import City
from simulation.knobs import Knobs
from simulation.performance import ADAPTATION_DAYS
from simulation.truth import true_uplift
from simulation.worlds import WORLDS


@dataclass(frozen=True, slots=True)
class Setting:
    """Which city: a named world, its seed and size (people, rated years), and at most how many vacant posts are filled."""

    world: str
    seed: int
    people: int
    years: int
    posts: int

    def key(self) -> dict[str, str]:
        """Return what names the city, as text."""
        return {name: str(value) for name, value in asdict(self).items()}

    def knobs(self) -> Knobs:
        """Return the dials of the city."""
        return Knobs(employees=self.people, years=self.years, **WORLDS[self.world])  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class World:
    """An open city.

    ``view``: all that methods may know. ``pairs``: employee_id, position_id, ``true`` (published SD), ``leniency`` (of the new
    unit less that of the old); every vacant post and person no rule is known to keep out. ``dip``: what adapting to a new post
    costs once (published SD x years).
    """

    view: LearningView
    pairs: pd.DataFrame
    dip: float


def open_world(setting: Setting, params: Params) -> World:
    """Return the city of ``setting`` with its training rows, candidates and truth."""
    city, tables = invented(setting.knobs(), setting.seed)
    as_of = default_as_of(tables)
    effective_on = default_effective_on(as_of)
    rows = training_rows(tables, as_of, params.trials, eligibility(params.rules.pack()), setting.seed)
    there = standing(tables, as_of, params.trials.ratings)
    facts = collect_facts(there.known, as_of, effective_on)
    per_latent = published_per_latent(city, rows.ratings)
    pairs = _judged(city, facts, _candidates(there.known, facts, params, setting), per_latent)
    view = LearningView(as_of, effective_on, there.known, rows, there.ratings, there.frames, there.posts)
    return World(view, pairs, per_latent * city.knobs.transition_dip * ADAPTATION_DAYS / 365.0)


def _candidates(known: Tables, facts: Facts, params: Params, setting: Setting) -> pd.DataFrame:
    pack = params.rules.pack()
    case = make_case(facts, pack, needs(known, facts, pack, params.needs), params.values, supported=False)
    return candidate_pairs(case, setting.posts, setting.seed)


def _judged(city: City, facts: Facts, pairs: pd.DataFrame, per_latent: float) -> pd.DataFrame:
    """Return the pairs with their truth; those of people who have left by the day of the move are left out."""
    tau = true_uplift(city.truth, pairs["employee_id"].astype(str), pairs["position_id"], facts.effective_on)["tau"]
    leniency = true_leniency(city, facts.employees["position_id"], pairs)
    judged = pairs.assign(true=per_latent * tau, leniency=leniency)
    return judged.dropna(subset="true").reset_index(drop=True)
