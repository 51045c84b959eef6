"""What the pages need from the environment; every variable begins with ``TEPAT_``."""

from pathlib import Path

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from publication.workspace import Workspace


class ServingSettings(BaseSettings):
    """Settings of the application.

    ``allowed_hosts``: names under which the pages may be asked for, separated by commas; anything else is refused, so that a
    foreign page cannot reach a loopback server by a name of its own. ``https``: the pages are behind TLS, so the cookie is
    sent over TLS only. ``session_hours``: a sign-in ends after this many hours.
    ``explainer``: ``module:function`` that returns an ``on_demand.Explainer``; empty: reasons are those of the run only.
    """

    model_config = SettingsConfigDict(env_prefix="TEPAT_")

    workspace: Path = Path("workspace")
    database_url: SecretStr | None = None
    allowed_hosts: str = "127.0.0.1,localhost"
    https: bool = False
    session_hours: float = 8.0
    explainer: str = ""

    @property
    def folder(self) -> Workspace:
        """The workspace served."""
        return Workspace(self.workspace)

    def store_url(self) -> str:
        """Return the application database's URL: the one set, else the workspace's own."""
        return self.database_url.get_secret_value() if self.database_url else self.folder.database_url
