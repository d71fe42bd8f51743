"""Configuration, from the environment and `.env`: typed, read once, refused loudly."""

import os
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

import platformdirs
from dotenv import dotenv_values
from pydantic import AliasChoices, BeforeValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

SECRET_MIN = 32
"""Bytes of an HMAC key: as many as SHA-256 puts out (RFC 7518, section 3.2)."""

METRICS_TOKEN_MIN = 16
"""Bytes of the token for /metrics: more than can be guessed."""

DATABASE_VARIABLES = ("NEON_DATABASE_URL", "DATABASE_URL")
"""The first that is set counts."""


class ConfigurationError(Exception):
    """Variables cannot be used; each of `args` is a sentence that names one and says what it should be."""

    def __str__(self) -> str:
        return " ".join(map(str, self.args))


def _words(value: object) -> object:
    return [word for word in value.replace(",", " ").split() if word] if isinstance(value, str) else value


Words = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_words)]


class Settings(BaseSettings):
    """One field a variable, in the order of `.env.example`. An empty variable counts as absent."""

    model_config = SettingsConfigDict(env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True)

    database_url: SecretStr | None = Field(None, validation_alias=AliasChoices(*DATABASE_VARIABLES))
    database_url_unpooled: SecretStr | None = Field(None, validation_alias="NEON_DATABASE_URL_UNPOOLED")
    jwt_secret: SecretStr | None = Field(None, validation_alias="JWT_SECRET")
    jwt_secret_previous: SecretStr | None = Field(None, validation_alias="JWT_SECRET_PREVIOUS")
    jwt_jwks_url: str | None = Field(None, validation_alias="JWT_JWKS_URL")
    jwt_issuer: str | None = Field(None, validation_alias="JWT_ISSUER")
    jwt_audience: str | None = Field(None, validation_alias="JWT_AUDIENCE")
    access_token_minutes: int = Field(15, ge=1, le=24 * 60, validation_alias="ACCESS_TOKEN_MINUTES")
    refresh_token_days: int = Field(30, ge=1, le=365, validation_alias="REFRESH_TOKEN_DAYS")
    registration: Literal["open", "closed"] = Field("open", validation_alias="REGISTRATION")
    allowed_origins: Words = Field((), validation_alias="ALLOWED_ORIGINS")
    public_url: str | None = Field(None, validation_alias="PUBLIC_URL")
    trusted_proxies: Words = Field((), validation_alias="TRUSTED_PROXIES")
    data_dir: Path = Field(
        default_factory=lambda: Path(platformdirs.user_data_dir("todo", appauthor=False)),
        validation_alias="TODO_DATA_DIR",
    )
    backup_dir: str | None = Field(None, validation_alias="TODO_BACKUP_DIR")
    backups: Literal["on", "archive", "off"] = Field("on", validation_alias="TODO_BACKUPS")
    wal_sync: Literal["on", "off"] = Field("on", validation_alias="TODO_WAL_SYNC")
    backup_budget_mb: int = Field(10_240, ge=256, validation_alias="TODO_BACKUP_BUDGET_MB")
    backup_recipients: Words = Field((), validation_alias="TODO_BACKUP_RECIPIENTS")
    neon_api_key: SecretStr | None = Field(None, validation_alias="NEON_API_KEY")
    neon_project_id: str | None = Field(None, validation_alias="NEON_PROJECT_ID")
    neon_api_url: str | None = Field(None, validation_alias="TODO_NEON_API_URL")
    rate_limit: Literal["on", "off"] = Field("on", validation_alias="TODO_RATE_LIMIT")
    pool_size: int | None = Field(None, ge=1, le=100, validation_alias="TODO_POOL_SIZE")
    prepared_statements: Literal["on", "off"] = Field("on", validation_alias="TODO_PREPARED_STATEMENTS")
    log: Literal["json", "pretty"] | None = Field(None, validation_alias="TODO_LOG")
    log_level: Literal["info", "warning", "error"] = Field("warning", validation_alias="TODO_LOG_LEVEL")
    metrics_token: SecretStr | None = Field(None, validation_alias="TODO_METRICS_TOKEN")
    metrics_port: int | None = Field(None, ge=0, le=65535, validation_alias="TODO_METRICS_PORT")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        wrong = []
        for name, secret, least, made in (
            ("JWT_SECRET", self.jwt_secret, SECRET_MIN, 48),
            ("JWT_SECRET_PREVIOUS", self.jwt_secret_previous, SECRET_MIN, 48),
            ("TODO_METRICS_TOKEN", self.metrics_token, METRICS_TOKEN_MIN, 24),
        ):
            if secret is not None and len(secret.get_secret_value().encode()) < least:
                wrong.append(f"{name} must have at least {least} bytes: openssl rand -base64 {made} makes one.")
        if len({bool(self.jwt_jwks_url), bool(self.jwt_issuer), bool(self.jwt_audience)}) > 1:
            wrong.append("JWT_JWKS_URL, JWT_ISSUER and JWT_AUDIENCE belong together: set all three or none.")
        for name, urls in (
            ("PUBLIC_URL", [self.public_url] if self.public_url else []),
            ("ALLOWED_ORIGINS", self.allowed_origins),
            ("JWT_JWKS_URL", [self.jwt_jwks_url] if self.jwt_jwks_url else []),
        ):
            wrong += [
                f"{name} must be an address like https://todo.example.org, not {url!r}."
                for url in urls
                if not _is_web_address(url)
            ]
        wrong += [
            f"TRUSTED_PROXIES must hold addresses or networks like 10.0.0.0/8, not {proxy!r}."
            for proxy in self.trusted_proxies
            if not _is_network(proxy)
        ]
        if wrong:
            raise ConfigurationError(*wrong)
        return self

    @property
    def backups_in_bucket(self) -> bool:
        """Whether logical backups go to a bucket, not to a folder."""
        return "://" in (self.backup_dir or "")

    @property
    def backup_folder(self) -> Path:
        """What this machine keeps of backups: all, or, where they go to a bucket, physical ones and the history."""
        if self.backup_dir is None or self.backups_in_bucket:
            return self.data_dir / "backups"
        return Path(self.backup_dir).expanduser().absolute()

    @property
    def https(self) -> bool:
        """Whether people reach the server over https, which makes cookies Secure."""
        return bool(self.public_url and self.public_url.startswith("https://"))


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 0) >= 0
    except ValueError:
        return False


def _is_network(text: str) -> bool:
    try:
        ip_network(text, strict=False)
    except ValueError:
        return False
    return True


def environment() -> dict[str, str]:
    """The variables that are not empty, those of `.env` among them."""
    return {name: value for name, value in {**dotenv_values(".env"), **os.environ}.items() if value}


def load_settings(**overrides: object) -> Settings:
    """The configuration, with `overrides` (by field name) in place of variables. Raises `ConfigurationError`."""
    found = environment()
    urls = {found[name] for name in DATABASE_VARIABLES if name in found}
    wrong = []
    if len(urls) > 1:
        wrong.append("NEON_DATABASE_URL and DATABASE_URL are both set and differ: keep one of them.")
    usual: dict[str, Any] = {}
    try:
        settings = Settings()
    except ConfigurationError as error:
        wrong += error.args
    except ValidationError as error:
        wrong += [f"{one['loc'][0]} cannot be used: {one['msg']}." for one in error.errors(include_url=False)]
        usual = {
            str(field.validation_alias): field.get_default(call_default_factory=True)
            for field in Settings.model_fields.values()
            if str(field.validation_alias) in {one["loc"][0] for one in error.errors()}
        }
    if usual:  # with their defaults in the place of those, the others are looked at
        try:
            Settings(**usual)
        except ConfigurationError as error:
            wrong += error.args
    if wrong:
        raise ConfigurationError(*wrong)
    return settings.model_copy(update=overrides)


def unknown_variables() -> list[str]:
    """The names that begin with TODO_ and mean nothing to server or console: misspelt, most likely."""
    known = {"TODO_STORAGE_FILE", "TODO_USER_ID", "TODO_CONFIG_DIR", "TODO_SERVER", "TODO_TOKEN"}
    for field in Settings.model_fields.values():
        alias = field.validation_alias
        known |= set(map(str, alias.choices)) if isinstance(alias, AliasChoices) else {str(alias)}
    names = {*os.environ, *dotenv_values(".env")}
    return sorted(name for name in names if name.startswith("TODO_") and name not in known)
