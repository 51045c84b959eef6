"""One run of the leaderboard: who and where, the board, and the files it leaves."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from features.errors import UsageError
from pipelines.files import write_frame
from pipelines.leaderboard.baselines import baselines
from pipelines.leaderboard.board import Board, play
from pipelines.leaderboard.entrants import load_entrants
from pipelines.leaderboard.ours import ours
from pipelines.leaderboard.plot import board_plot, write_plot
from pipelines.leaderboard.table import as_text, summary
from pipelines.leaderboard.world import Setting
from pipelines.settings import Params
from pipelines.texts import Texts
from simulation.worlds import EMPTY, WORLDS


@dataclass(frozen=True, slots=True)
class Contest:
    """What was asked: the user's methods, the world and its size, how many cities from which seed, and where it goes."""

    methods: tuple[str, ...]
    world: str
    cities: int
    people: int
    years: int
    posts: int
    seed: int
    out: Path

    def settings(self) -> tuple[Setting, ...]:
        """Return the cities: the world asked for, and always the one in which nothing is to be found.

        Raises
        ------
        UsageError
            There is no such world.
        """
        if self.world not in WORLDS:
            worlds = ", ".join(WORLDS)
            raise UsageError(
                f"There is no world '{self.world}'. Choose one of: {worlds}.",
                f"Tidak ada dunia '{self.world}'. Pilihannya: {worlds}.",
            )
        seeds, both = range(self.seed, self.seed + self.cities), dict.fromkeys((self.world, EMPTY))
        return tuple(Setting(world, seed, self.people, self.years, self.posts) for seed in seeds for world in both)


def run_contest(contest: Contest, texts: Texts, width: int, progress: Callable[[str], None]) -> str:
    """Return the table as text no wider than ``width``; write leaderboard.md, .csv and .svg and cities.csv to the folder.

    Raises
    ------
    UsageError
        A method cannot be loaded, two have one name, or there is no such world.
    """
    entrants = (*load_entrants(contest.methods), *baselines(), *ours())  # a fault in a method of the user's shows first
    board = Board(entrants, contest.settings(), contest.out / "kept", Params())
    told = _Teller(len(board.settings) * (len(board.entrants) + 1), texts, progress)
    results = play(board, told, told.opens)
    table = summary(results)
    write_frame(results, contest.out / "cities.csv")
    write_frame(table, contest.out / "leaderboard.csv")
    page = f"{as_text(results, texts)}\n{_made_by(contest, texts)}\n"
    (contest.out / "leaderboard.md").write_text(page, encoding="utf-8")
    write_plot(board_plot(table, texts), str(contest.out / "leaderboard.svg"))
    return as_text(results, texts, width)


@dataclass(slots=True)
class _Teller:
    """Says of every result how far the board is."""

    of: int
    texts: Texts
    progress: Callable[[str], None]
    done: int = 0

    def opens(self, setting: Setting) -> None:
        """Say that a city is being invented."""
        self.progress(self.texts("board_city", world=setting.world, seed=setting.seed, people=self.texts.count(setting.people)))

    def __call__(self, setting: Setting, method: str, row: dict[str, object]) -> None:
        self.done += 1
        words = "board_result_failed" if row["failed"] else "board_result"
        seconds = row.get("fit seconds")
        cost = self.texts.seconds(seconds) if isinstance(seconds, float) and seconds == seconds else "–"
        self.progress(self.texts(words, done=self.done, of=self.of, world=setting.world, seed=setting.seed, method=method,
                                 cost=cost, reason=row["failed"]))  # fmt: skip


def _made_by(contest: Contest, texts: Texts) -> str:
    own = "".join(f" --method {spec}" for spec in contest.methods)
    size = f"--cities {contest.cities} --people {contest.people} --years {contest.years} --posts {contest.posts}"
    return texts("board_made_by", command=f"tepat leaderboard{own} {size} --seed {contest.seed} --world {contest.world}")
