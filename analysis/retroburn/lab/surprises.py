"""Harmless surprises: what makes a log look odd though nothing is wrong."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.random import Generator

from retroburn.errors import UsageError, did_you_mean
from retroburn.lab import world
from retroburn.lab.model import HOUR
from retroburn.lab.traffic import USERS, Array, Plan, draw_questions

Surprise = Callable[[Plan, Generator, int, int], Plan]


def more(plan: Plan, growth: Array, rng: Generator, users: int = USERS) -> Plan:
    """Adds requests like those that are there: `growth` new ones for each row, from `users` people of a tenant.

    Fewer people than usual are people of their own: a script, not a crowd.
    """
    places = np.repeat(np.arange(len(plan)), rng.poisson(growth))
    if not len(places):
        return plan
    copies = plan.take(places)
    copies.t = np.clip(copies.t + rng.integers(-HOUR // 2, HOUR // 2, len(copies)), copies.t.min(), copies.t.max())
    copies.user = rng.choice(users, len(copies), p=world.zipf(users, 0.4)) + (0 if users == USERS else USERS)
    for lang in np.unique(copies.lang):
        for app in np.unique(copies.app):
            here = (copies.lang == lang) & (copies.app == app)
            copies.question[here] = draw_questions(rng, str(lang), str(app), int(here.sum()))
    return plan.add(copies)


def campaign(plan: Plan, rng: Generator, start: int, hours: int) -> Plan:
    """A mailing brings three times the usual traffic from Korean phones for a day."""
    at = start + (hours - 60) * HOUR
    rows = (plan.t >= at) & (plan.t < at + 24 * HOUR) & (plan.locale == "ko-KR") & (plan.client == "android")
    return more(plan, rows * 2.0, rng)


def holiday(plan: Plan, rng: Generator, start: int, hours: int) -> Plan:
    """A holiday in Korea: a third of the usual traffic for a day."""
    at = start + (hours // 24 - 3) * 24 * HOUR - 9 * HOUR
    quiet = (plan.t >= at) & (plan.t < at + 24 * HOUR) & (plan.locale == "ko-KR") & (rng.random(len(plan)) > 0.33)
    return plan.take(~quiet)


def new_tenant(plan: Plan, rng: Generator, start: int, hours: int) -> Plan:
    """A new customer comes on board and grows."""
    at = start + (hours - 96) * HOUR
    grown = np.clip((plan.t - at) / (48 * HOUR), 0, 1) * 0.08
    rows = (plan.t >= at) & (rng.random(len(plan)) < grown)
    plan.tenant[rows] = world.NEW_TENANT
    plan.model[rows] = [world.dealt(str(app), world.NEW_TENANT) for app in plan.app[rows]]
    return plan


def night_batch(plan: Plan, rng: Generator, start: int, hours: int) -> Plan:
    """A slow job that sums up the day, every night."""
    days, each = hours // 24, 25
    nights = np.repeat(np.arange(days), each) * 24 * HOUR + start + 18 * HOUR
    jobs = plan.take(rng.choice(len(plan), len(nights)))
    jobs.t = nights + rng.integers(0, HOUR // 2, len(nights))
    jobs.app[:], jobs.cache[:], jobs.model[:], jobs.client[:] = "batch", False, "gemini-2.5-flash", "scheduler"
    jobs.question = rng.integers(0, 99, len(jobs))
    return plan.add(jobs)


def model_rename(plan: Plan, rng: Generator, start: int, hours: int) -> Plan:  # noqa: ARG001 - one signature for all
    """A snapshot is asked for by its full name from some day on, at the same price."""
    late = plan.t >= start + (hours - 80) * HOUR
    for name, snapshot in world.RENAMED.items():
        plan.model[late & (plan.model == name)] = snapshot
    return plan


SURPRISES: dict[str, Surprise] = {
    each.__name__: each for each in (campaign, holiday, model_rename, new_tenant, night_batch)
}


def apply(names: tuple[str, ...], plan: Plan, rng: Generator, start: int, hours: int) -> Plan:
    """Lets surprises happen, in this order."""
    for name in names:
        if name not in SURPRISES:
            raise UsageError(f"The lab knows no surprise {name!r}. {did_you_mean(name, SURPRISES)}")
        plan = SURPRISES[name](plan, rng, start, hours)
    return plan
