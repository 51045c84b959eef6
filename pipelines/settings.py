"""Settings of three kinds, never mixed: study choices (``params.yaml``), the environment, and what one command asks for.

Study choices are read strictly into the frozen dataclasses that stand beside the functions using them: an unknown key, a missing
value or a wrong type is an error that names the key.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields, is_dataclass
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

from pydantic import SecretStr, TypeAdapter, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from evaluation.backtest import BacktestParams
from evaluation.effects.finding import EvaluationParams
from evaluation.fairness.evaluate import FairnessParams
from evaluation.follow_up import FollowUpParams
from evaluation.monitoring.monitor import MonitorParams
from evaluation.rivals import RivalParams
from evaluation.sentinels.watch import SentinelParams
from evaluation.trials.protocol import LotteryParams
from features import plain_yaml
from features.bilingual import Bilingual, listed
from features.errors import UsageError
from features.trials import TrialParams
from features.wrong_values import wrong_values
from models.judgement.account import AccountParams
from models.judgement.judged import ValidationParams
from models.judgement.release import ReleaseParams
from models.pair_uplift import UpliftParams
from models.pooling.belief_of import PoolParams
from placement.advice import AdviceParams
from placement.development import DevelopmentParams
from placement.leadership import LeadershipParams
from placement.lists import ListParams
from placement.need import NeedParams
from placement.net_value import ValueParams
from placement.promise import PromiseParams
from placement.reasons import ReasonParams
from placement.staffing.posts import PostParams
from placement.staffing.reinforcement import HelpParams
from placement.support.preparation import SupportParams
from placement.wave.city import WaveParams
from publication.run_id import content_hash
from rules.pack import RulePack, load_pack

SHIPPED = Path(__file__).resolve().parent.parent / "params.yaml"
"""The study choices that ship with the program; a city's file overrides single keys."""

Parsed = TypeVar("Parsed")


class Environment(BaseSettings):
    """What the machine decides: where the database, the tracking server and a cluster are. Variables start with ``TEPAT_``.

    ``dask_scheduler``: address of a Dask scheduler whose workers share the work of a run; unset: this machine alone.
    ``storage_url``: where (any URL of fsspec) snapshots are copied to for those workers, and MLflow's artefacts lie; unset: in the
    workspace.
    ``workspace`` and ``params`` are set by `tepat serve` for the pages' own process; every other command takes them as options.
    """

    model_config = SettingsConfigDict(env_prefix="TEPAT_", extra="ignore")

    database_url: SecretStr | None = None
    mlflow_uri: SecretStr | None = None
    dask_scheduler: str = ""
    storage_url: str = ""
    workspace: Path = Path("workspace")
    params: str | None = None


@dataclass(frozen=True, slots=True)
class PageParams:
    """How many candidates a page shows first, and of a list for a JPT post."""

    shown: int = 10
    shown_executive: int = 3


@dataclass(frozen=True, slots=True)
class TrialRunParams:
    """How a model is tried out before its release.

    ``share``: share of all movers held out, the latest ones; ``most_days``: most decision days among them, each of which costs
    one cut-back of the whole city; ``challenger_stayers``: stayers of vacancy trials that the challenger learns from; ``rivals``:
    how the simpler rivals learn.
    """

    share: float = 0.5
    most_days: int = 10
    challenger_stayers: int = 8_000
    rivals: RivalParams = field(default_factory=RivalParams)


@dataclass(frozen=True, slots=True)
class RuleParams:
    """Which rule pack judges (empty: the one shipped), and the parameters a city sets otherwise: {rule id: {name: value}}."""

    path: str = ""
    overrides: dict[str, dict[str, Any]] = field(default_factory=dict)

    def pack(self) -> RulePack:
        """Return the rule pack.

        Raises
        ------
        UsageError
            The pack or an override is not valid.
        """
        return load_pack(Path(self.path) if self.path else None, self.overrides)


@dataclass(frozen=True, slots=True)
class Params:
    """All study choices, one section per function that uses them."""

    trials: TrialParams = field(default_factory=TrialParams)
    uplift: UpliftParams = field(default_factory=UpliftParams)
    pool: PoolParams = field(default_factory=PoolParams)
    trial_run: TrialRunParams = field(default_factory=TrialRunParams)
    validation: ValidationParams = field(default_factory=ValidationParams)
    release: ReleaseParams = field(default_factory=ReleaseParams)
    account: AccountParams = field(default_factory=AccountParams)
    rules: RuleParams = field(default_factory=RuleParams)
    needs: NeedParams = field(default_factory=NeedParams)
    posts: PostParams = field(default_factory=PostParams)
    help: HelpParams = field(default_factory=HelpParams)
    values: ValueParams = field(default_factory=ValueParams)
    reasons: ReasonParams = field(default_factory=ReasonParams)
    lists: ListParams = field(default_factory=ListParams)
    promise: PromiseParams = field(default_factory=PromiseParams)
    advice: AdviceParams = field(default_factory=AdviceParams)
    leadership: LeadershipParams = field(default_factory=LeadershipParams)
    wave: WaveParams = field(default_factory=WaveParams)
    development: DevelopmentParams = field(default_factory=DevelopmentParams)
    support: SupportParams = field(default_factory=SupportParams)
    pages: PageParams = field(default_factory=PageParams)
    backtest: BacktestParams = field(default_factory=BacktestParams)
    evaluation: EvaluationParams = field(default_factory=EvaluationParams)
    follow_up: FollowUpParams = field(default_factory=FollowUpParams)
    fairness: FairnessParams = field(default_factory=FairnessParams)
    lotteries: LotteryParams = field(default_factory=LotteryParams)
    sentinels: SentinelParams = field(default_factory=SentinelParams)
    monitor: MonitorParams = field(default_factory=MonitorParams)

    def digest(self, *sections: str) -> str:
        """Return the hash of the named sections, of all where none is named; thread counts change no result and no hash."""
        values = asdict(self)
        return content_hash({name: _without_threads(values[name]) for name in sections or tuple(values)})


def _without_threads(values: Any) -> Any:  # noqa: ANN401 - YAML values of any kind
    if not isinstance(values, dict):
        return values
    return {name: _without_threads(value) for name, value in values.items() if name != "threads"}


def load_params(overrides: Path | None = None) -> Params:
    """Return the shipped study choices, with those of a city's file in place of single keys.

    Raises
    ------
    UsageError
        A file is missing or no YAML, or holds keys that do not exist or values of the wrong type; all are named at once.
    """
    values = _read_yaml(SHIPPED)
    if overrides is not None:
        values = _merged(values, _read_yaml(overrides))
    return parse(Params, values, str(overrides or SHIPPED.name))


def parse(kind: type[Parsed], values: Mapping[str, Any], source: str) -> Parsed:
    """Return ``values`` as the dataclass ``kind``; every unknown key, missing key and wrong type is named in one error."""
    faults = [*_misnamed(kind, values, "")]
    try:
        result = TypeAdapter(kind).validate_json(json.dumps(values, default=str), strict=True)
    except ValidationError as error:
        faults += wrong_values(error.errors())
    if faults:
        told = listed("; ", faults)
        raise UsageError(
            f"{source}: {len(faults)} wrong settings: {told}. params.yaml lists and explains every key.",
            f"{source}: {len(faults)} pengaturan salah: {told.indonesian}. params.yaml memuat dan menjelaskan setiap kunci.",
        )
    return result


def _misnamed(kind: Any, values: Any, path: str) -> Iterator[Bilingual]:  # noqa: ANN401 - types and YAML values of any kind
    if not is_dataclass(kind) or not isinstance(values, Mapping):
        return
    hints = get_type_hints(kind)
    for name in values:
        if name not in hints:
            yield Bilingual(f"{path}{name}: no such key", f"{path}{name}: kunci ini tidak ada")
        else:
            yield from _misnamed(hints[name], values[name], f"{path}{name}.")


def required_keys(kind: Any, path: str = "") -> Iterator[str]:  # noqa: ANN401
    """Yield every dotted key of dataclass ``kind``, nested ones included."""
    hints = get_type_hints(kind)
    for item in fields(kind):
        if is_dataclass(hints[item.name]):
            yield from required_keys(hints[item.name], f"{path}{item.name}.")
        else:
            yield f"{path}{item.name}"


def _merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for name, value in over.items():
        both = isinstance(value, Mapping) and isinstance(merged.get(name), Mapping)
        merged[name] = _merged(merged[name], value) if both else value
    return merged


def _read_yaml(path: Path) -> dict[str, Any]:
    try:
        values = plain_yaml.read(path)
    except FileNotFoundError as error:
        raise UsageError(
            f"There is no settings file '{path}'. Check --params.", f"Berkas pengaturan '{path}' tidak ada. Periksa --params."
        ) from error
    except OSError as error:
        raise UsageError(
            f"The settings file '{path}' cannot be read ({error.strerror}). Check --params.",
            f"Berkas pengaturan '{path}' tidak terbaca ({error.strerror}). Periksa --params.",
        ) from error
    except plain_yaml.NotYamlError as error:
        raise UsageError(f"'{path}' is not valid YAML: {error}", f"'{path}' bukan YAML yang sah: {error}") from error
    if not isinstance(values or {}, dict):
        raise UsageError(
            f"'{path}' must hold sections with keys and values, as params.yaml does.",
            f"'{path}' harus memuat bagian berisi kunci dan nilai, seperti params.yaml.",
        )
    return values if isinstance(values, dict) else {}
