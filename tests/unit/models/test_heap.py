"""Pages that nobody holds go back to the system."""

from models.heap import give_back
from pipelines.memory import resident_gb


def test_what_was_let_go_between_what_is_kept_is_given_back() -> None:
    blocks = [b"x" * 100_000 for _ in range(600)]  # too small for pages of their own: they go below the top of the heap
    full, kept = resident_gb(), blocks[::20]
    del blocks
    give_back()
    assert resident_gb() < full - 0.04
    assert sum(map(len, kept)) == 3_000_000
