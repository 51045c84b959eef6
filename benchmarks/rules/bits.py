"""How long the verdict bits of all pairs of a large city take: ``python -m benchmarks.rules.bits`` (about one CPU minute).

Random facts with every rule assessed (`benchmarks.rules.city`), blocks of 16 posts on one thread, bits kept block by block as the
lists do. CPU seconds are of this process: what else runs on the machine does not add to them, though it slows memory.
"""

import argparse
import resource
import time

import numpy as np

from benchmarks.rules.city import ON, random_facts
from rules.encoding import encode
from rules.pack import load_pack
from rules.verdicts import block_bits, eligibility_of, standing

AT_ONCE = 16
KILOBYTES_A_GB = 1024**2


def measure(people: int, posts: int, seed: int) -> dict[str, float]:
    """Return CPU seconds of collecting into arrays and of the bits, pairs judged, shares by eligibility, and peak memory."""
    pack = load_pack()
    facts = random_facts(people, posts, seed)
    started = time.process_time()
    encoded = encode(facts)
    ready = time.process_time()
    assessed = sum(1 for what in standing(pack, encoded, ON).values() if what == "assessed")
    tiers = np.zeros(3, dtype=np.int64)
    for first in range(0, posts, AT_ONCE):
        failed, unknown = block_bits(pack, encoded, np.arange(first, min(first + AT_ONCE, posts)), ON)
        tiers += np.bincount(eligibility_of(pack, failed, unknown).ravel() + 1, minlength=3)
    done = time.process_time()
    return {
        "people": people, "posts": posts, "rules_assessed": assessed, "cpu_seconds_encode": round(ready - started, 2),
        "cpu_seconds_bits": round(done - ready, 2), "nanoseconds_per_pair": round(1e9 * (done - ready) / (people * posts), 1),
        "share_no": round(float(tiers[0] / tiers.sum()), 4),
        "peak_gb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KILOBYTES_A_GB, 2),
    }  # fmt: skip


def main() -> None:
    """Print the figures of one size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--posts", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    for name, figure in measure(given.people, given.posts, given.seed).items():
        print(f"{name}: {figure}")


if __name__ == "__main__":
    main()
