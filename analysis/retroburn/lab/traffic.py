"""Who asks what, and when: one row a request, drawn column by column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.random import Generator

from retroburn.lab import world
from retroburn.lab.model import HOUR, Release, rfc3339
from retroburn.lab.text import questions

Array = np.ndarray[Any, Any]
USERS = 500
"""Users a tenant has at most."""


@dataclass
class Plan:
    """The requests of a log before they are told. Columns of equal length; `t` in microseconds since 1970."""

    uid: Array
    t: Array
    app: Array
    locale: Array
    lang: Array
    region: Array
    tenant: Array
    client: Array
    user: Array
    question: Array
    model: Array
    prompt_version: Array
    app_version: Array
    index_version: Array
    tokens_in: Array
    tokens_out: Array
    price: Array
    """Factors on the tokens and the price of model calls."""
    scope: Array
    """What the cache key is made of: `full` is as it should be."""
    ttl: Array
    """Hours an entry of the cache may live."""
    strict: Array
    """Whether the cache minds that."""
    cache: Array
    """Whether the cache is asked at all."""

    def __len__(self) -> int:
        return len(self.t)

    def take(self, rows: Array) -> Plan:
        """The rows at these places, or where a mask is true."""
        return Plan(**{each.name: getattr(self, each.name)[rows] for each in fields(self)})

    def add(self, other: Plan) -> Plan:
        """Both, with new uids for the rows of `other`."""
        other.uid = np.arange(len(other)) + (self.uid.max() + 1 if len(self) else 0)
        return Plan(
            **{
                each.name: np.concatenate([getattr(self, each.name), getattr(other, each.name)])
                for each in fields(self)
            }
        )

    def inside(self, where: Mapping[str, str | list[str]]) -> Array:
        """A mask: rows of a slice. Fields are columns, or `route`, `feature` and `provider`, which follow from them."""
        mask = np.ones(len(self), dtype=bool)
        for name, value in where.items():
            mask &= np.isin(self.column(name), value)
        return mask

    def column(self, name: str) -> Array:
        """A column by the name that the log gives it."""
        if name == "route":
            return derived(self.app, {app.name: app.route for app in world.APPS.values()})
        if name == "feature":
            return derived(self.app, {app.name: app.feature for app in world.APPS.values()})
        if name == "provider":
            return derived(self.model, {model.name: model.provider for model in world.MODELS.values()})
        return np.asarray(getattr(self, name))


def derived(column: Array, names: dict[str, str]) -> Array:
    """A column that follows from another."""
    values, places = np.unique(column, return_inverse=True)
    return np.array([names[str(value)] for value in values], dtype="U32")[places]


def draw(rng: Generator, start: int, hours: int, per_day: float) -> Plan:
    """`hours` of quiet traffic from `start`, `per_day` requests on an average day."""
    when, app, place = _arrivals(rng, start, hours, per_day)
    count = len(when)
    tenant, client, question = np.empty(count, "U32"), np.empty(count, "U32"), np.zeros(count, np.int64)
    clients, shares = list(world.CLIENTS), np.array(list(world.CLIENTS.values()))
    for at, spot in enumerate(world.PLACES):
        rows = np.flatnonzero(place == at)
        tenant[rows] = rng.choice(world.TENANTS, len(rows), p=_tenant_shares(at))
        client[rows] = rng.choice(clients, len(rows), p=shares)
        for name in world.APPS:
            here = rows[app[rows] == name]
            question[here] = draw_questions(rng, spot.lang, name, len(here))
    machine = (app == "extract") & (rng.random(count) < 0.8)
    client[machine] = "api"
    spots = world.PLACES
    spots = world.PLACES
    return Plan(
        uid=np.arange(count),
        t=when,
        app=app,
        locale=np.array([spot.locale for spot in spots], "U32")[place],
        lang=np.array([spot.lang for spot in spots], "U32")[place],
        region=np.array([spot.region for spot in spots], "U32")[place],
        tenant=tenant,
        client=client,
        user=rng.choice(USERS, count, p=world.zipf(USERS, 0.75)),
        question=question,
        model=_models(app, tenant),
        prompt_version=np.empty(count, "U32"),
        app_version=np.empty(count, "U32"),
        index_version=np.empty(count, "U32"),
        tokens_in=np.ones(count),
        tokens_out=np.ones(count),
        price=np.ones(count),
        scope=np.full(count, "full", "U32"),
        ttl=np.full(count, 12.0),
        strict=np.ones(count, bool),
        cache=(app == "support") & ~np.isin(client, ["slack", "api"]),
    )


def draw_questions(rng: Generator, lang: str, app: str, count: int) -> Array:
    """Places in the catalogue of questions; a few are asked most of the time."""
    if app not in ("support", "chat"):
        return np.asarray(rng.integers(0, 1000, count))
    known = len(questions(lang, app))
    return np.asarray(rng.choice(known, count, p=world.zipf(known, 1.25)))


def _arrivals(rng: Generator, start: int, hours: int, per_day: float) -> tuple[Array, Array, Array]:
    """Times, apps and places of requests: Poisson around the hour of the local day, the weekday, and a little mood."""
    mood = np.repeat(rng.lognormal(0, 0.03, hours // 24 + 1), 24)[:hours] * rng.lognormal(0, 0.05, hours)
    rhythm = world.HOURS / world.HOURS.mean()
    first = start // HOUR
    whens, apps, places = [], [], []
    for at, spot in enumerate(world.PLACES):
        local = first + np.arange(hours) + spot.offset
        weekend = ((local // 24 + 3) % 7) >= 5  # day 0 of 1970 was a Thursday
        for app in world.APPS.values():
            rate = (
                per_day / 24 * spot.share * app.share * rhythm[local % 24] * np.where(weekend, app.weekend, 1.0) * mood
            )
            count = rng.poisson(rate)
            hour = np.repeat(np.arange(hours), count)
            whens.append(start + hour * HOUR + rng.integers(0, HOUR, len(hour)))
            apps.append(np.full(len(hour), app.name, "U32"))
            places.append(np.full(len(hour), at))
    return np.concatenate(whens), np.concatenate(apps), np.concatenate(places)


def _tenant_shares(place: int) -> Array:
    """Shares of tenants at a place: a few are big, and each is bigger at home."""
    shares = world.zipf(len(world.TENANTS), 0.9) * np.where(
        np.arange(len(world.TENANTS)) % len(world.PLACES) == place, 3.0, 1.0
    )
    return np.asarray(shares / shares.sum())


def _models(app: Array, tenant: Array) -> Array:
    pairs, places = np.unique(np.char.add(np.char.add(app, "/"), tenant), return_inverse=True)
    return np.array([world.dealt(*str(pair).split("/")) for pair in pairs], "U32")[places]


def releases(rng: Generator, start: int, hours: int) -> list[Release]:
    """The releases of the time and those live before it: a build a week, now and then a prompt or an index."""
    found = []
    for week in range(-1, hours // 168 + 1):
        monday = start + week * 168 * HOUR
        at = int(monday + (24 + 24 * rng.integers(0, 3) + rng.integers(1, 9)) * HOUR + rng.integers(0, 60) * HOUR // 60)
        found.append(Release(at, "", "app_version", f"3.{week + 12}.{rng.integers(0, 4)}"))
        apps = [app for app in world.APPS.values() if week < 0 or rng.random() < 0.3]
        later = at + rng.integers(1, 5, len(apps)) * HOUR
        found += [
            Release(int(when), app.name, "prompt_version", f"{app.prompt}-v{week + 20}")
            for when, app in zip(later, apps, strict=True)
        ]
        if week < 0 or week % 2 == 1:
            at += int(rng.integers(5, 30)) * HOUR
            found.append(Release(at, "support", "index_version", f"kb-{rfc3339(at)[:10]}"))
    return sorted(found, key=lambda release: (release.t, release.app, release.field))


def stamp(plan: Plan, live: list[Release]) -> None:
    """Writes the versions that were live into the rows. `plan` need not be in order."""
    for each in live:
        rows = (plan.t >= each.t) & ((plan.app == each.app) if each.app else True)
        getattr(plan, each.field)[rows] = each.value
