"""What stands at the start: the first account, the demonstration's, and the refusal to start with secrets everybody knows."""

import time
from dataclasses import dataclass

from features.bilingual import Bilingual, listed
from features.errors import StalePublicationError, UsageError
from publication.accounts.accounts import Accounts
from publication.accounts.passwords import DEMO_PASSWORD, hashed, random_password
from publication.accounts.roles import GRANTS, Role
from publication.store import Store
from serving.settings import ServingSettings

FIRST_USERNAME = "bkpsdm"
WEAK_SECRETS = ("", "secret", "rahasia", "password", "changeme", "postgres", "admin", "tepat")
SHORTEST_SECRET = 16


@dataclass(frozen=True, slots=True)
class FirstAccount:
    """The account made at first start; its password exists in clear only here."""

    username: str
    password: str


def first_account(accounts: Accounts) -> FirstAccount | None:
    """Make the first account with a random password (79 bits), or return None where there is one already."""
    if not accounts.is_empty():
        return None
    password = random_password()
    made = accounts.add(FIRST_USERNAME, hashed(password), time.time(), role=Role.HR)
    return FirstAccount(FIRST_USERNAME, password) if made else None


def demo_accounts(accounts: Accounts, store: Store) -> list[str]:
    """Make one account per role, all with the documents' password, for the first employee and unit; return their names."""
    employee, unit = _somebody(store)
    scopes: dict[Role, dict[str, object]] = {
        Role.EMPLOYEE: {"employee_id": employee},
        Role.HEAD_OF_UNIT: {"units": [unit] if unit else []},
    }
    names, known = [], hashed(DEMO_PASSWORD)
    for role in GRANTS:
        name = f"contoh-{role.value.replace('_', '-')}"
        if accounts.account(name) is None:
            accounts.add(name, known, time.time(), role=role, demo=True, **scopes.get(role, {}))  # type: ignore[arg-type]
        names.append(name)
    return names


def refuse_known_secrets(settings: ServingSettings, accounts: Accounts) -> None:
    """Refuse to start with a secret that everybody knows, outside the demonstration.

    Raises
    ------
    UsageError
        Names every such secret, and what to do.
    """
    if settings.demo:
        return
    faults = []
    if accounts.has_demo():
        faults.append(Bilingual("the demonstration's accounts are still there: remove them with `tepat users remove-demo`",
                                "akun contoh masih ada: hapus dengan `tepat users remove-demo`"))  # fmt: skip
    if settings.oidc_issuer and _is_weak(settings.oidc_client_secret.get_secret_value() if settings.oidc_client_secret else ""):
        faults.append(Bilingual("TEPAT_OIDC_CLIENT_SECRET is empty, short or a well-known word",
                                "TEPAT_OIDC_CLIENT_SECRET kosong, pendek atau kata yang umum dikenal"))  # fmt: skip
    password = settings.database_password()
    if password is not None and password.lower() in WEAK_SECRETS:
        faults.append(Bilingual("the password in TEPAT_DATABASE_URL is a well-known word",
                                "kata sandi dalam TEPAT_DATABASE_URL adalah kata yang umum dikenal"))  # fmt: skip
    if faults:
        every = listed("; ", faults)
        raise UsageError(
            f"The pages do not start with known secrets: {every}. To try the program on invented data, use --demo.",
            f"Halaman tidak dijalankan dengan rahasia yang diketahui umum: {every.indonesian}. Untuk mencoba dengan data rekaan, "
            "gunakan --demo.",
        )


def _is_weak(secret: str) -> bool:
    return len(secret) < SHORTEST_SECRET or secret.lower() in WEAK_SECRETS


def _somebody(store: Store) -> tuple[str | None, str | None]:
    """Return an employee and the unit they work in, for the demonstration; nothing where nothing is published."""
    try:
        with store.reading() as answers:
            return answers.somebody()
    except StalePublicationError:
        return None, None
