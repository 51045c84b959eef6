"""The draw: a secret committed to beforehand, a public number nobody knew, and an order that anybody can work out again.

Everything here is SHA-256 over canonical JSON, so that thirty lines of any language can check a draw (``docs/trials.md`` has them).
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from evaluation.trials.protocol import Protocol, digest, parsed

ALGORITHM = "tepat-draw-1"
SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class Commitment:
    """What is published before the draw.

    ``protocol``: hash of the protocol; ``secret``: hash of the secret; ``beacon``: in words, which public number of the future will
    be used.
    """

    protocol: str
    secret: str
    beacon: str
    algorithm: str = ALGORITHM

    def document(self) -> dict[str, str]:
        """Return the commitment as plain values."""
        return {"protocol": self.protocol, "secret": self.secret, "beacon": self.beacon, "algorithm": self.algorithm}

    @property
    def digest(self) -> str:
        """The one line to publish."""
        return digest(self.document())


def commit(protocol: Protocol, secret: bytes, beacon: str) -> Commitment:
    """Return the commitment to ``protocol`` and ``secret``; the number that ``beacon`` names must not exist yet."""
    return Commitment(digest(protocol.document()), hashlib.sha256(secret).hexdigest(), beacon)


def draw(protocol: Protocol, commitment: Commitment, secret: bytes, number: str) -> dict[str, Any]:
    """Return the record of the draw, all that a third party needs to work it out again.

    Every entrant's ticket is HMAC-SHA256 of block and label under the seed; the lowest tickets of a block fill its arms in
    their order. The seed is SHA-256 of the commitment's hash, the secret and the public number: whoever keeps the secret cannot
    know the number, and whoever knows the number cannot change the secret.

    Returns
    -------
    dict
        algorithm, protocol, commitment, secret (hexadecimal), number, assignments (block, label, place, arm).
    """
    seed = seed_of(commitment.digest, secret, number)
    rows = [row for block in protocol.blocks for row in _assigned(block.name, block.arms, block.entrants, seed)]
    return {
        "algorithm": ALGORITHM, "protocol": protocol.document(), "commitment": commitment.document(), "secret": secret.hex(),
        "number": number, "assignments": rows,
    }  # fmt: skip


def seed_of(commitment: str, secret: bytes, number: str) -> bytes:
    """Return the seed of a draw."""
    return hashlib.sha256(b"\n".join((commitment.encode(), secret.hex().encode(), number.strip().encode()))).digest()


def faults(record: Mapping[str, Any], published: str | None = None) -> list[str]:
    """Return what is wrong with the record of a draw, by code; nothing where it is as it was committed to.

    Parameters
    ----------
    record
        What ``draw`` returned, perhaps changed since.
    published
        The commitment's hash as it was published before the draw, where it is at hand.

    Returns
    -------
    list of str
        Of ``malformed``, ``algorithm``, ``protocol``, ``secret``, ``published``, ``assignments``.
    """
    try:
        protocol, given, secret = parsed(record["protocol"]), dict(record["commitment"]), bytes.fromhex(record["secret"])
        commitment = Commitment(**given)
        again = draw(protocol, commitment, secret, str(record["number"]))
        found = {
            "algorithm": record["algorithm"] != ALGORITHM or commitment.algorithm != ALGORITHM,
            "protocol": digest(record["protocol"]) != commitment.protocol,
            "secret": hashlib.sha256(secret).hexdigest() != commitment.secret,
            "published": published is not None and commitment.digest != published.strip(),
            "assignments": record["assignments"] != again["assignments"],
        }
    except (KeyError, TypeError, ValueError, AttributeError):
        return ["malformed"]
    return [name for name, wrong in found.items() if wrong]


def _assigned(block: str, arms: tuple[tuple[str, int], ...], entrants: tuple[str, ...], seed: bytes) -> list[dict[str, Any]]:
    order = sorted(entrants, key=lambda label: (ticket(seed, block, label), label))
    filled = [arm for arm, places in arms for _ in range(places)]
    return [
        {"block": block, "label": label, "place": place, "arm": arm}
        for place, (label, arm) in enumerate(zip(order, filled, strict=True), start=1)
    ]


def ticket(seed: bytes, block: str, label: str) -> str:
    """Return an entrant's ticket."""
    return hmac.new(seed, f"{block}\n{label}".encode(), hashlib.sha256).hexdigest()
