"""The small world the logs come from: apps, tenants, models and their prices, releases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from zlib import crc32

import numpy as np

START = datetime(2026, 9, 28, tzinfo=UTC)
"""The first day of a log, a Monday, unless told otherwise."""


@dataclass(frozen=True)
class Model:
    """A model and what it costs and takes. Prices are US dollars for a million tokens, as published in 2026."""

    name: str
    provider: str
    price_in: float
    price_cached: float
    price_out: float
    first_ms: float
    token_ms: float
    tail: float
    """Share of calls that take several times as long as they should."""

    def cost(self, tokens_in: int, cached: int, tokens_out: int) -> float:
        """US dollars of one call; `tokens_in` includes `cached`."""
        return round(
            ((tokens_in - cached) * self.price_in + cached * self.price_cached + tokens_out * self.price_out) / 1e6, 9
        )


MODELS = {
    model.name: model
    for model in (
        Model("gpt-4.1-mini", "openai", 0.40, 0.10, 1.60, 320, 7.5, 0.010),
        Model("gpt-4.1-mini-2025-04-14", "openai", 0.40, 0.10, 1.60, 320, 7.5, 0.010),
        Model("gpt-4.1", "openai", 2.00, 0.50, 8.00, 520, 13.0, 0.015),
        Model("claude-haiku-4-5", "anthropic", 1.00, 0.10, 5.00, 380, 8.0, 0.008),
        Model("claude-sonnet-4-5", "anthropic", 3.00, 0.30, 15.00, 800, 14.0, 0.012),
        Model("gemini-2.5-flash", "google", 0.30, 0.075, 2.50, 300, 5.5, 0.020),
    )
}
RENAMED = {"gpt-4.1-mini": "gpt-4.1-mini-2025-04-14"}
"""A snapshot under its full name: the same model at the same price."""


@dataclass(frozen=True)
class App:
    """One application. `models` are dealt to tenants, so each tenant keeps its own."""

    name: str
    route: str
    feature: str
    share: float
    models: tuple[str, ...]
    temperature: float
    tokens_in: float
    weekend: float
    prompt: str


APPS = {
    app.name: app
    for app in (
        App(
            "support",
            "/v1/support/ask",
            "help_center",
            0.46,
            ("gpt-4.1-mini", "claude-haiku-4-5"),
            0.2,
            4200,
            0.55,
            "help",
        ),
        App("agent", "/v1/agent/run", "order_agent", 0.16, ("claude-sonnet-4-5", "gpt-4.1"), 0.0, 3000, 0.70, "agent"),
        App("extract", "/v1/extract", "invoice_reader", 0.14, ("gemini-2.5-flash",), 0.0, 1600, 0.20, "extract"),
        App("chat", "/v1/chat", "assistant", 0.24, ("gpt-4.1-mini", "gemini-2.5-flash"), 0.7, 800, 0.85, "chat"),
        App("batch", "/internal/summaries", "night_summaries", 0.0, ("gemini-2.5-flash",), 0.0, 5200, 1.0, "summary"),
    )
}


@dataclass(frozen=True)
class Place:
    """A locale: its language, its region, its share of traffic, and how many hours it lies ahead of UTC."""

    locale: str
    lang: str
    region: str
    share: float
    offset: int


PLACES = (
    Place("ko-KR", "ko", "ap-northeast-2", 0.42, 9),
    Place("en-US", "en", "us-east-1", 0.30, -5),
    Place("en-GB", "en", "eu-west-1", 0.10, 1),
    Place("ja-JP", "ja", "ap-northeast-1", 0.09, 9),
    Place("es-ES", "es", "eu-west-1", 0.09, 2),
)
CLIENTS = {"web": 0.44, "ios": 0.18, "android": 0.20, "slack": 0.10, "api": 0.08}
_TENANTS = """
hanbit-mart northwind daon-bank lumen-health acorn-retail seorin-logis blueharbor mirae-edu vela-travel kestrel-labs
oakline dasan-foods peregrine hello-pets tidewater maru-games fjord-media jindo-cloud cobalt-hr saebyeok
orchard-co neulpum quarry-tools baekdu-insure lantern gyeol-design stonebridge onnuri-clinic hopper pine-street
"""
TENANTS = tuple(_TENANTS.split())
"""The biggest first."""
NEW_TENANT = "willow-finance"
HOURS = np.array(
    [2, 1.2, 0.8, 0.6, 0.6, 0.9, 2, 4.5, 8, 10.5, 11.5, 11, 9, 10.5, 11, 11, 10.5, 9.5, 7, 5.5, 5, 4.6, 4, 3]
)
"""Traffic by hour of the local day, in parts of one another."""


def zipf(count: int, power: float) -> np.ndarray:
    """Shares of `count` things of which a few are asked for most."""
    weights = 1.0 / np.arange(1, count + 1) ** power
    return np.asarray(weights / weights.sum())


def dealt(app: str, tenant: str) -> str:
    """The model that an app uses for a tenant."""
    models = APPS[app].models
    return models[crc32(f"{app}/{tenant}".encode()) % len(models)]
