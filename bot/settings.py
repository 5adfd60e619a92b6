"""Settings: from the environment or a `.env` file, each documented in README's table."""

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal, NoReturn

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


class Settings(BaseSettings):
    """What an operator sets; names are the contract, so they are only ever added to."""

    model_config = SettingsConfigDict(
        env_prefix="XINNO_", env_file=".env", env_ignore_empty=True, extra="ignore"
    )

    bot_token: SecretStr | None = Field(default=None, description="Bot token")
    bot_token_file: Path | None = Field(default=None, description="File with the bot token")
    telegram_api: str = Field(default="https://api.telegram.org", description="Bot API root")
    database_url: str = Field(default="sqlite+aiosqlite:///xinno.db", description="Database")
    webhook_url: str | None = Field(default=None, description="Public URL for updates")
    webhook_secret: SecretStr | None = Field(default=None, description="Secret of the webhook")
    http_host: str = Field(default="127.0.0.1", description="Where the web part listens")
    http_port: int = Field(default=8080, description="On which port the web part listens")
    public_url: str = Field(
        default="http://127.0.0.1:8080",
        pattern=r"^https?://",
        description="How browsers and calendars reach the web part",
    )
    simulator_port: int = Field(default=8081, description="Port of the simulator")
    operators: Annotated[tuple[int, ...], NoDecode] = Field(
        default=(), description="Telegram ids of operators, separated by commas"
    )
    secret_key_file: Path = Field(
        default=Path("xinno.key"), description="File with the key that signs links"
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="How much is logged"
    )
    log_format: Literal["console", "json"] = Field(
        default="console", description="Shape of the log"
    )
    rate_limit: float = Field(default=30, gt=0, le=1000, description="Messages a second")

    @field_validator("operators", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return [part.strip() for part in value.split(",") if part.strip()]
        return value

    @field_validator("telegram_api", "public_url")
    @classmethod
    def _no_slash(cls, value: str) -> str:
        return value.rstrip("/")

    @cached_property
    def token(self) -> str | None:
        """The bot token, from the setting or from its file."""
        if self.bot_token is not None:
            return self.bot_token.get_secret_value().strip() or None
        if self.bot_token_file is not None and self.bot_token_file.is_file():
            return self.bot_token_file.read_text(encoding="utf-8").strip() or None
        return None


def read_settings(fail: Callable[[str], NoReturn]) -> Settings:
    """Read the settings; a wrong one is named with what is wrong, and never shown."""
    try:
        return Settings()
    except ValidationError as errors:
        first = errors.errors(include_input=False, include_url=False)[0]
        name = "XINNO_" + str(first["loc"][0]).upper()
        fail(f"{name}: {first['msg']}")
