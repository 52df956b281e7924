"""What `--config FILE` may say (TOML). Unknown keys and wrong types are errors that name the place."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from retroburn.errors import ConfigError


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Price(_Strict):
    """Price of one model in US dollars per million tokens; cached reads cost as much as input unless said."""

    input: float
    """Of what is sent to the model."""
    output: float
    """Of what it writes."""
    cache_read: float | None = None
    """Of input that the provider had cached; as dear as input unless said."""
    cache_write: float | None = None
    """Of input that the provider is to cache; as dear as input unless said."""


class Gate(_Strict):
    """What a finding must pass, whatever its kind: an effect that matters, and one beyond noise."""

    min_bad: int = 5
    """Fewer cases than this are an anecdote; a kind where one case is too many says so in its own head."""
    min_difference: float = 0.01
    """Rise of a rate, as a share: under one in a hundred nobody is woken for it."""
    min_ratio: float = 1.5
    """The raised rate over the usual one: smaller steps are within what deploys and mixes of users do."""
    min_ratio_rare: float = 3.0
    """The same where the usual rate is under 0.3 %: there a rise below one in a hundred may pass too."""
    min_difference_rare: float = 0.004
    """Rise that a rare thing must show at least."""
    min_evidence: float = 20.0
    """G over its dispersion. The onset is searched, so the 3.84 of a single test does not hold; simulated maxima of G
    over a month of hours reach 13 to 16 once in a hundred quiet logs."""


class Slo(_Strict):
    """An objective: the part of requests that are to go well over some days."""

    name: str
    """What findings call it."""
    target: float = Field(gt=50, lt=100)
    """Percent of requests that must end ok."""
    days: int = Field(default=28, ge=1, le=366)
    """Days over which the budget is spent."""
    latency_ms: float | None = Field(default=None, gt=0)
    """A request that takes longer misses the objective as well."""
    bad: list[str] = Field(default_factory=list)
    """Kinds of bad answers (signals, such as empty_answer) that miss it as well."""
    where: dict[str, str | list[str]] = Field(default_factory=dict)
    """Fields and values of the requests it is for; all without any."""

    @property
    def share(self) -> float:
        """The target as a share."""
        return self.target / 100


class SeverityRule(_Strict):
    """Shares of all requests (while it went on), money and people from which a finding is grave."""

    critical_share: float = 0.25
    """Critical, where it goes on and hurts 5 × `medium_requests`: with one request in four the product is down."""
    high_share: float = 0.08
    """High, where it hurts `medium_requests`: one in twelve is met by most people within a day's work."""
    medium_share: float = 0.01
    """Medium, from 5 requests on: the least rise that the gate takes for an effect."""
    high_requests: int = 2000
    """High whatever their share: so many people write in about it."""
    medium_requests: int = 30
    """Medium whatever their share: more than a person reads one by one."""
    critical_cost_usd: float = 5000.0
    """Critical by money alone: a month of a small team's budget."""
    high_cost_usd: float = 500.0
    """High by money alone: what somebody must sign for."""
    medium_cost_usd: float = 20.0
    """Medium by money alone: under this looking into it costs more than it saves."""


class Mute(_Strict):
    """A finding that people know of, left out and counted until a day: it wakes nobody, and returns by itself."""

    kind: str
    """The kind of the finding; one that has it only beside another kind is told."""
    where: dict[str, str | list[str]] = Field(default_factory=dict)
    """Fields and values of the place it is known in; any place without. A finding of a wider place is told."""
    until: date
    """The last day it holds, against the newest record."""
    by: str
    """Who muted it: a name or a role."""
    why: str
    """What is known of it, and where it is written down."""


class Statement(_Strict):
    """What a person states on a question of the launch checklist that no log can show. It expires."""

    by: str
    """Who states it: a name or a role."""
    on: date
    """The day it was stated."""
    until: date
    """The last day it holds, against the newest record."""
    says: str = ""
    """What was done or agreed, and where it is written down."""
    holds: bool = True
    """False states that it is not so."""


class Config(_Strict):
    """All settings, each with a default."""

    aliases: dict[str, str | list[str]] = Field(default_factory=dict)
    """Canonical field → the path or paths under which your log has it, for the generic mapper."""
    prices: dict[str, Price] = Field(default_factory=dict)
    """Model → price, where the built-in table is wrong or does not know it."""
    time_budget_s: float = 30.0
    """A request that takes longer is a time-out for its user."""
    slo: list[Slo] = Field(default_factory=list)
    """Objectives; without any, one is derived from what the baseline kept."""
    unpack_ratio: float = 200.0
    """A packed file may become so many times its size, and 256 MB in any case; one that would become more is a bomb."""
    gate: Gate = Field(default_factory=Gate)
    """What a finding must pass."""
    severity: SeverityRule = Field(default_factory=SeverityRule)
    """From when a finding is grave."""
    mute: list[Mute] = Field(default_factory=list)
    """Known findings to leave out, each until a day; pages and findings.json count and name them."""
    params: dict[str, dict[str, float | int | str | bool]] = Field(default_factory=dict)
    """Detector kind → its own parameters, as its head lists them."""
    checklist: dict[str, Statement] = Field(default_factory=dict)
    """Question of `readiness` (such as rollback) → a dated, named statement, for what the log cannot show."""
    lower_is_better: list[str] = Field(default_factory=list)
    """Names of scores for which a lower value is better."""


def load(path: str | Path | None) -> Config:
    """Reads a configuration file; the defaults without one."""
    if path is None:
        return Config()
    try:
        with Path(path).open("rb") as file:
            return Config.model_validate(tomllib.load(file))
    except OSError as error:
        raise ConfigError(f"--config {path}: cannot be read ({error.strerror}).") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"--config {path}: not TOML ({error}).") from None
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ConfigError(f"--config {path}: {place}: {first['msg'].lower()}.") from None
