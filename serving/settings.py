"""What the pages need from the environment; every variable begins with ``TEPAT_``."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from publication.intake.duties import OBJECTION_DAYS, QUESTION_DAYS
from publication.workspace import Workspace

API_PREFIX = "/api/v1"
"""Where the JSON lives; another version gets another prefix."""


class ServingSettings(BaseSettings):
    """Settings of the application.

    ``allowed_hosts``: names under which the pages may be asked for, separated by commas; anything else is refused, so that a
    foreign page cannot reach a loopback server by a name of its own. ``https``: the pages are behind TLS, so the cookie is
    sent over TLS only. ``session_hours``: a sign-in ends after this many hours.
    ``explainer``: ``module:function`` that returns an ``on_demand.Explainer``; empty: reasons are those of the run only.
    ``demo``: one account per role with a password everybody knows, for invented data. ``rate_per_minute``: requests of one account
    in a minute; ``address_per_minute``: of one address that is not signed in.
    ``question_days``, ``objection_days``: working days within which an employee's question is to be answered, an objection settled.
    ``upload_megabytes``: most that one export handed in on a page may weigh.
    ``oidc_issuer``, ``oidc_client_id``, ``oidc_client_secret``: the office's OpenID Connect provider; empty: passwords only.
    ``oidc_claim``: the provider's word for what is the account's name here.
    """

    model_config = SettingsConfigDict(env_prefix="TEPAT_")

    workspace: Path = Path("workspace")
    database_url: SecretStr | None = None
    allowed_hosts: str = "127.0.0.1,localhost"
    https: bool = False
    session_hours: float = 8.0
    explainer: str = ""
    demo: bool = False
    rate_per_minute: int = 600
    address_per_minute: int = 120
    question_days: int = QUESTION_DAYS
    objection_days: int = OBJECTION_DAYS
    upload_megabytes: int = 200
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr | None = None
    oidc_claim: str = "preferred_username"

    @property
    def folder(self) -> Workspace:
        """The workspace served."""
        return Workspace(self.workspace)

    def store_url(self) -> str:
        """Return the application database's URL: the one set, else the workspace's own."""
        return self.database_url.get_secret_value() if self.database_url else self.folder.database_url

    def database_password(self) -> str | None:
        """Return the password in the database's URL, None where it has none."""
        password = urlsplit(self.database_url.get_secret_value()).password if self.database_url else None
        return None if password is None else unquote(password)
