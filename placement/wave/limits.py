"""The limits of a wave, and what they read: moves, people, posts, staffing floors."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from features.bilingual import Bilingual, listed
from features.errors import UsageError

MOVE_COLUMNS = ("employee_id", "position_id", "value", "spread", "distance", "cost", "aspired")
PEOPLE_COLUMNS = ("position_id",)
POST_COLUMNS = ("unit_id", "job_family", "district", "vacant")
FLOOR_COLUMNS = ("unit_id", "job_family", "staff", "floor")


@dataclass(frozen=True, slots=True)
class Limits:
    """What a wave must keep to; None or empty: no such limit.

    ``moves``: moves in the wave. ``out_of_unit``, ``into_unit``: moves per unit. ``budget``: sum of ``cost``.
    ``mean_distance``: mean of ``distance`` over the moves. ``aspirations``: least share of moves that their people asked for.
    ``shares``: least share of moves by group (columns of ``Wave.groups``). ``caution``: how many ``spread`` a move's value is
    lowered by (robust objective: the value that holds with that many standard deviations to spare).
    """

    moves: int | None = None
    out_of_unit: int | None = None
    into_unit: int | None = None
    budget: float | None = None
    mean_distance: float | None = None
    aspirations: float | None = None
    shares: dict[str, float] = field(default_factory=dict)
    caution: float = 0.0


Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """What the office settles: pairs (employee_id, position_id) that must or must not be moves, people who must move somewhere,
    posts that somebody must enter, and limits in place of the run's (None: the run's own).
    """  # noqa: D205

    locked: Pairs = ()
    forbidden: Pairs = ()
    forced_people: tuple[str, ...] = ()
    forced_posts: tuple[str, ...] = ()
    limits: Limits | None = None


NO_CHANGE = Changes()


@dataclass(frozen=True)
class Wave:
    """Everything a plan is made from.

    ``moves``
        One row per move that may be made (employee_id, position_id; a RangeIndex): ``value`` to the city if it is made and
        nobody follows into the post left behind (net value, SD of performance, weighted), ``spread`` its standard error,
        ``distance`` (km), ``cost`` (any unit of money), ``aspired``.
    ``people``
        Index employee_id: ``position_id`` held now (missing: none).
    ``posts``
        Index position_id, every post that a move leaves or enters: ``unit_id``, ``job_family``, ``district``, ``vacant`` seats.
    ``floors``
        unit_id, job_family, ``staff`` in post (those who are known to leave soon already taken off) and the ``floor`` they must
        not fall below; where they already have, no move may take more.
    ``together``
        Pairs of people (employee_id, other_id) who must not be parted: those who end in one district now must do so after.
    ``apart``
        Pairs of people (employee_id, other_id) of whom a wave brings at most one into the same unit: relatives, where the city's
        rules ask for it (W27).
    ``locked``, ``forbidden``
        Pairs (employee_id, position_id) that must, or must not, be part of the plan.
    ``forced_people``, ``forced_posts``
        People who must move somewhere, posts that somebody must enter.
    ``groups``
        Index employee_id, one boolean column per group of which ``Limits.shares`` may speak (`placement.wave.groups`); nothing
        else reads it.
    """

    moves: pd.DataFrame
    people: pd.DataFrame
    posts: pd.DataFrame
    floors: pd.DataFrame
    limits: Limits
    together: pd.DataFrame = field(default_factory=lambda: pd.DataFrame({"employee_id": [], "other_id": []}, dtype=str))
    apart: pd.DataFrame = field(default_factory=lambda: pd.DataFrame({"employee_id": [], "other_id": []}, dtype=str))
    locked: pd.DataFrame = field(default_factory=lambda: pd.DataFrame({"employee_id": [], "position_id": []}, dtype=str))
    forbidden: pd.DataFrame = field(default_factory=lambda: pd.DataFrame({"employee_id": [], "position_id": []}, dtype=str))
    forced_people: tuple[str, ...] = ()
    forced_posts: tuple[str, ...] = ()
    groups: pd.DataFrame = field(default_factory=pd.DataFrame)


def require_whole(wave: Wave) -> None:
    """Raise `UsageError` naming every fault of ``wave``: columns, unknown posts, repeated or missing values, locks of no move."""
    faults = [
        Bilingual(f"{name}: column {column} is missing", f"{name}: kolom {column} tidak ada")
        for name, frame, columns in (
            ("moves", wave.moves, MOVE_COLUMNS), ("people", wave.people, PEOPLE_COLUMNS), ("posts", wave.posts, POST_COLUMNS),
            ("floors", wave.floors, FLOOR_COLUMNS),
        )
        for column in columns if column not in frame.columns
    ]  # fmt: skip
    if not faults:
        faults = [*_faults_of_moves(wave), *_faults_of_wishes(wave)]
    if faults:
        every = listed("; ", faults)
        raise UsageError(
            f"The wave cannot be planned: {every}. Correct the input and solve again.",
            f"Gelombang tidak dapat disusun: {every.indonesian}. Perbaiki masukan lalu susun lagi.",
        )


def _faults_of_moves(wave: Wave) -> list[Bilingual]:
    moves = wave.moves
    held = wave.people["position_id"].reindex(moves["employee_id"]).to_numpy()
    numbers = moves[["value", "spread", "distance", "cost"]].to_numpy(dtype=np.float64)
    return _counted({
        ("moves: pairs occur twice", "moves: pasangan muncul dua kali"): moves[["employee_id", "position_id"]].duplicated().sum(),
        ("moves: people who are not in people", "moves: pegawai yang tidak ada di people"): (
            ~moves["employee_id"].isin(wave.people.index)).sum(),
        ("moves: posts that are not in posts", "moves: jabatan yang tidak ada di posts"): (
            ~moves["position_id"].isin(wave.posts.index)).sum(),
        ("moves: people who hold the post already", "moves: pegawai yang sudah memegang jabatan itu"): (
            held == moves["position_id"].to_numpy()).sum(),
        ("moves: value, spread, distance or cost that is not finite", "moves: value, spread, distance atau cost bukan bilangan"): (
            ~np.isfinite(numbers)).any(axis=1).sum(),
        ("posts: negative numbers of vacant seats", "posts: jumlah kursi kosong negatif"): (wave.posts["vacant"] < 0).sum(),
    })  # fmt: skip


def _faults_of_wishes(wave: Wave) -> list[Bilingual]:
    known = pd.MultiIndex.from_frame(wave.moves[["employee_id", "position_id"]].astype(object))
    locked = pd.MultiIndex.from_frame(wave.locked[["employee_id", "position_id"]].astype(object))
    known_groups = ", ".join(map(str, wave.groups.columns)) or "-"
    return _counted({
        ("locked: pairs that are no possible move", "locked: pasangan yang bukan mutasi yang mungkin"): (~locked.isin(known)).sum(),
        ("forced people without any possible move", "pegawai wajib pindah tanpa mutasi yang mungkin"): len(
            set(wave.forced_people) - set(wave.moves["employee_id"])),
        ("forced posts without any possible move", "jabatan wajib terisi tanpa mutasi yang mungkin"): len(
            set(wave.forced_posts) - set(wave.moves["position_id"])),
        (f"shares: groups that are none of {known_groups}", f"shares: kelompok yang bukan salah satu dari {known_groups}"): len(
            set(wave.limits.shares) - set(wave.groups.columns)),
    })  # fmt: skip


def _counted(counts: dict[tuple[str, str], int]) -> list[Bilingual]:
    return [Bilingual(f"{en} ({count})", f"{indonesian} ({count})") for (en, indonesian), count in counts.items() if count]
