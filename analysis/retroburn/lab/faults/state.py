"""Faults of state: what is remembered is wrong, old, or someone else's."""

from __future__ import annotations

import numpy as np
from typing_extensions import override

from retroburn.lab import text
from retroburn.lab.cache import Cache
from retroburn.lab.faults import wording
from retroburn.lab.faults.base import ASKING, BUSY, Planter, plants
from retroburn.lab.model import HOUR
from retroburn.lab.trace import Trace, mix
from retroburn.lab.traffic import Array, Plan


@plants("inconsistent_answer", "number", "denial")
class InconsistentAnswer(Planter):
    """The same question gets another fact from one time to the next."""

    eligible = ASKING
    lasts = True
    twos = BUSY
    rates = (0.60, 0.30, 0.12)

    @override
    def touch(self, trace: Trace) -> bool:
        """Answers with another number, or denies what is so."""
        row = trace.row
        if trace.llm is None:
            return False
        topic, product = text.support_topic(row.lang, row.question)
        if self.variant == "denial":
            trace.say(wording.denial(row.lang, product, trace.rng))
            return True
        low, high, step = topic.range
        true = text.fact(row.lang, topic, product, row.tenant)
        wrong = trace.rng.choice([number for number in range(low, high + 1, step) if number != true])
        trace.say(text.support_answer(row.lang, row.question, row.tenant, trace.rng, wrong))
        return True


class _CacheFault(Planter):
    """A fault of the cache: it shows in what is served."""

    eligible = ASKING
    twos = BUSY
    rates = (1.0, 0.5, 0.2)

    def struck(self, plan: Plan) -> Array:
        """A mask: rows on which the cache misbehaves."""
        rows = self.window(plan.t) & plan.inside({**self.truth.eligible, **self.truth.where})
        self.truth.candidates = int((rows & plan.cache).sum())
        return np.asarray(rows & (self.rng.random(len(plan)) < self.level * self.intensity(plan.t)))

    @override
    def choose(self, plan: Plan) -> Array:
        return np.zeros(len(plan), bool)


@plants("stale_cache", "ttl", "version")
class StaleCache(_CacheFault):
    """Entries are served past their time, or after a release that made them wrong."""

    @override
    def plan(self, plan: Plan) -> Plan:
        """Takes the age, or the version, out of what the cache looks at."""
        rows = self.struck(plan)
        if self.variant == "ttl":
            plan.strict[rows] = False
            return plan
        support, start = plan.app == "support", self.truth.start
        plan.prompt_version[support & (plan.t >= start)] = "help-v41"
        before = support & (plan.t >= start - 10 * HOUR) & (plan.t < start) & plan.inside(self.truth.where)
        plan.scope[rows | before] = "no_version"
        plan.ttl[rows | before] = 96.0
        return plan

    @override
    def served(self, trace: Trace, cache: Cache) -> bool:
        """Hit by an entry that is too old."""
        row, entry = trace.row, cache.served.get(trace.row.uid)
        if entry is None:
            return False
        if self.variant == "ttl":
            return row.t - entry.t > row.ttl * HOUR
        return entry.versions != (row.prompt_version, row.index_version)


@plants("cross_tenant_cache", "key", "pair")
class CrossTenantCache(_CacheFault):
    """One tenant's entry is served to another: to all, or always from the same one."""

    ones = ({"region": "ap-northeast-2"}, {"locale": "en-US"}, {"client": "web"})

    @override
    def plan(self, plan: Plan) -> Plan:
        """Takes the tenant out of the key."""
        rows = self.struck(plan)
        if self.variant == "pair":
            self.truth.where = {"tenant": "hanbit-mart"}
            rows = self.struck(plan)
            plan.scope[rows] = "as:seorin-logis"
            return plan
        plan.scope[rows] = "no_tenant"
        return plan

    @override
    def served(self, trace: Trace, cache: Cache) -> bool:
        """Hit by an entry of another tenant."""
        entry = cache.served.get(trace.row.uid)
        return entry is not None and entry.tenant != trace.row.tenant


@plants("cache_collision", "head", "topic")
class CacheCollision(_CacheFault):
    """Different questions share a key: it holds their first letters, or a coarse topic."""

    @override
    def plan(self, plan: Plan) -> Plan:
        """Makes the key coarse."""
        plan.scope[self.struck(plan)] = self.variant
        return plan

    @override
    def served(self, trace: Trace, cache: Cache) -> bool:
        """Hit by the answer to another question."""
        entry = cache.served.get(trace.row.uid)
        return entry is not None and entry.question != trace.row.question


_STORED: dict[str, tuple[str, ...]] = {
    "empty": ("",),
    "refused": (),
    "error": ('{"error": {"type": "overloaded", "message": "upstream is busy"}}',),
}
"""What is stored in place of an answer; nothing here: the language's refusals."""


@plants("cached_failure", *_STORED)
class CachedFailure(_CacheFault):
    """What is stored from then on is no answer, though the first to ask was given one: who asks again gets that."""

    rates = (0.9, 0.5, 0.25)

    @override
    def served(self, trace: Trace, cache: Cache) -> bool:
        """Hit by an entry that was stored badly: the same is given out each time."""
        entry = cache.served.get(trace.row.uid)
        if entry is None or entry.t < self.truth.start or mix(1, entry.uid) % 1000 >= 1000 * self.level:
            return False
        texts = _STORED[self.variant] or tuple(text.load(trace.row.lang).decline)
        trace.root["output"] = texts[entry.uid % len(texts)]
        return True


@plants("cache_drop", "key", "ttl", "part")
class CacheDrop(_CacheFault):
    """Hits become misses: the key holds what never comes again, entries live a minute, or some nodes keep nothing."""

    rates = (1.0, 0.6, 0.35)
    also = ("cost_spike",)

    @override
    def plan(self, plan: Plan) -> Plan:
        """Takes the memory out of the cache."""
        self.rows = self.struck(plan) & plan.cache
        if self.variant == "ttl":
            plan.ttl[self.rows] = 0.02
        else:
            plan.scope[self.rows] = "never"
        self.uids = set(plan.uid[self.rows].tolist())
        return plan

    @override
    def served(self, trace: Trace, cache: Cache) -> bool:
        """Hit by a miss where the cache keeps nothing."""
        return trace.row.uid in self.uids and trace.row.uid not in cache.served
