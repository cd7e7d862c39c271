"""Throttles and quotas, counted: the 429 of a stage's method settings and of usage plans.

API Gateway looks at what the key's usage plan allows, then at what the stage allows the method, then at the account
(https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html). A throttle is a
bucket of tokens: it holds as many requests as the burst says, and fills at the rate. AWS calls its own limits best
effort; these are exact, so that what is tried here repeats itself.
"""

import math
import time
from collections.abc import Callable, Hashable, Iterator
from typing import Final, TypeAlias

import attrs

from cors_constructs.serve.periods import end_of, start_of
from cors_constructs.simulate.gateway import Call, RefusalError
from cors_constructs.simulate.gateway.undecided import decided
from cors_constructs.simulate.model import ApiKey, MethodSetting, Source, Throttle, UsagePlan
from cors_constructs.simulate.values import Text, Unresolved

_Quota: TypeAlias = tuple[int | Unresolved, Text]

# https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
_ACCOUNT: Final = Throttle(10_000.0, 5_000)


class Limits:
    """What was let through so far, and whether one more request may go: given to a `Gateway` as `limits=`.

    One of these serves all APIs and stages of a server: a key's counts are shared by the stages of its usage plan, and
    the account's by everything. Counts go by logical id, so they outlive a template that is read anew. A request that
    is refused takes nothing from any limit. To be called by one thread at a time.

    A usage plan's throttle and quota count for each of its keys, its limits of a method for each key and method, a
    stage's method settings for each method, whoever calls: that is all that holds a preflight. Where a setting leaves
    the rate or the burst open, or below zero (which switches it off), the account's stands in. Quotas begin anew at
    midnight UTC: each day, each Sunday, each month's first day; the Offset of a quota is not read.

    A refusal says in `Retry-After` after how many whole seconds a request could go through, unless that is never. AWS
    documents no such header for its own 429; there, a gateway response has to add it. One that does goes before this.

    Args:
        clock: Gives the time in seconds since 1970. Left out: the system's.
        account: The limits of all requests together. Left out: those that AWS gives an account, 10,000 a second and
            5,000 at once.
    """

    def __init__(self, clock: Callable[[], float] = time.time, account: Throttle = _ACCOUNT) -> None:
        self._clock, self._account = clock, account
        self._buckets: dict[Hashable, _Bucket] = {}
        self._used: dict[Hashable, _Used] = {}

    def __call__(self, call: Call) -> None:
        """Counts the request.

        Args:
            call: A call of the kind `limits`.

        Raises:
            RefusalError: A limit is reached (`THROTTLED`, `QUOTA_EXCEEDED`).
            TemplateError: Only a deployment knows a limit that applies.
        """
        now, plan = self._clock(), _plan(call)
        buckets: list[_Bucket] = []
        used = None
        if plan is not None:
            buckets += [self._filled(call, limit, now) for limit in self._of_client(call, plan)]
            used = None if plan.quota is None else self._left(call, plan, plan.quota, now)
        buckets += [self._filled(call, limit, now) for limit in self._of_all(call)]
        for bucket in buckets:
            bucket.tokens -= 1
        if used is not None:
            used.requests += 1

    def _filled(self, call: Call, limit: "_Limit", now: float) -> "_Bucket":
        """The limit's bucket, which holds a request at least."""
        bucket = self._buckets.get(limit.counted)
        if bucket is None:
            bucket = self._buckets[limit.counted] = _Bucket(limit.burst, now)
        bucket.fill(limit.rate, limit.burst, now)
        if bucket.tokens < 1:
            raise _throttled(call, limit, bucket)
        return bucket

    def _of_client(self, call: Call, plan: UsagePlan) -> Iterator["_Limit"]:
        client, title = _client(call, plan), f"the usage plan {_title(plan)}"
        own = _methods_throttle(call, plan)
        if own is not None:
            yield self._limit(("method", client, _called(call)), f"{title} for {call.method.name}", own, plan.source)
        if plan.throttle is not None:
            yield self._limit(("plan", client), title, plan.throttle, plan.source)

    def _of_all(self, call: Call) -> Iterator["_Limit"]:
        throttle = _stages_throttle(call)
        if throttle is not None:
            title = f"the stage {call.stage.name} for {call.method.name}"
            yield self._limit(("stage", _called(call)), title, throttle, call.stage.source)
        yield self._limit("account", "the account", self._account, call.stage.source)

    def _limit(self, counted: Hashable, title: str, throttle: Throttle, source: Source) -> "_Limit":
        question = f"how many requests {title} lets through"
        rate, burst = _value(throttle.rate, source, question), _value(throttle.burst, source, question)
        account_rate, account_burst = _value(self._account.rate, source, ""), _value(self._account.burst, source, "")
        return _Limit(
            counted,
            title,
            (math.inf if account_rate is None else account_rate) if rate is None else rate,
            (math.inf if account_burst is None else account_burst) if burst is None else burst,
        )

    def _left(self, call: Call, plan: UsagePlan, quota: _Quota, now: float) -> "_Used":
        """What the key has used of its quota, of which something is left."""
        question = f"how many requests the usage plan {_title(plan)} lets through"
        most = decided(quota[0], plan.source, question)
        period = decided(quota[1], plan.source, question).upper()
        begun = start_of(period, now)
        used = self._used.setdefault(_client(call, plan), _Used(begun))
        if used.begun != begun:
            used.begun, used.requests = begun, 0
        if used.requests < most:
            return used
        raise RefusalError(
            "QUOTA_EXCEEDED",
            f"{call.name}: the usage plan {_title(plan)} lets {_key(call)} send {most:,} requests a {period.lower()}, "
            "and it has",
            headers={"Retry-After": str(max(1, math.ceil(end_of(period, now) - now)))} if most > 0 else None,
        )


@attrs.frozen
class _Limit:
    """A throttle: whose count it is, what it is called, and requests a second and at once."""

    counted: Hashable
    title: str
    rate: float
    burst: float


@attrs.define
class _Bucket:
    """The requests that may go at once, and when that was so."""

    tokens: float
    at: float

    def fill(self, rate: float, burst: float, now: float) -> None:
        """Adds what came in since; a clock that is set back adds nothing."""
        # Infinity times nothing is no number.
        gained = rate * (now - self.at) if now > self.at else 0.0
        self.tokens, self.at = min(burst, self.tokens + gained), now


@attrs.define
class _Used:
    """A key's requests in a period."""

    begun: float
    requests: int = 0


def _throttled(call: Call, limit: _Limit, bucket: _Bucket) -> RefusalError:
    # A bucket that holds no whole request, or is never filled, never lets one through.
    wait = None if limit.burst < 1 or limit.rate <= 0 else (1 - bucket.tokens) / limit.rate
    left = "none, ever" if wait is None else f"the next in {wait:.1f} s"
    return RefusalError(
        "THROTTLED",
        f"{call.name}: {limit.title} allows {limit.rate:,g} requests a second and {limit.burst:,g} at once, {left}",
        headers=None if wait is None else {"Retry-After": str(max(1, math.ceil(wait)))},
    )


def _plan(call: Call) -> UsagePlan | None:
    """The usage plan that the request's key is in: API Gateway has one for each key and stage."""
    if call.key is None:
        return None
    where = (call.api.source.logical_id, call.stage.name)
    for plan in call.api.plans:
        has_key = plan.other_keys if call.api_key is None else _holds(plan, call.api_key)
        if has_key and where in plan.stages:
            return plan
    return None


def _holds(plan: UsagePlan, key: ApiKey) -> bool:
    return any((it.source.file, it.source.logical_id) == (key.source.file, key.source.logical_id) for it in plan.keys)


def _called(call: Call) -> Hashable:
    source = call.api.source
    return source.file, source.logical_id, str(call.stage.name), call.method.path, call.method.verb


def _client(call: Call, plan: UsagePlan) -> Hashable:
    key = call.key if call.api_key is None else (call.api_key.source.file, call.api_key.source.logical_id)
    return plan.source.file, plan.source.logical_id, key


def _methods_throttle(call: Call, plan: UsagePlan) -> Throttle | None:
    for limit in plan.method_throttles:
        path, _, verb = limit.method.rpartition("/")
        if (limit.api, limit.stage) == (call.api.source.logical_id, call.stage.name) and (path or "/", verb) == (
            call.method.path,
            call.method.verb,
        ):
            return limit.throttle
    return None


def _stages_throttle(call: Call) -> Throttle | None:
    """What the stage's settings say of the method: the closest goes first, for the rate and the burst each."""
    fitting = sorted((it for it in call.stage.settings if _fits(it, call)), key=_generality)
    rate = next((it.rate for it in fitting if it.rate is not None), None)
    burst = next((it.burst for it in fitting if it.burst is not None), None)
    return None if rate is None and burst is None else Throttle(rate, burst)


def _fits(setting: MethodSetting, call: Call) -> bool:
    return setting.path in {"/*", call.method.path} and setting.verb in {"*", call.method.verb}


def _generality(setting: MethodSetting) -> tuple[bool, bool]:
    return setting.path == "/*", setting.verb == "*"


def _value(given: float | Unresolved | None, source: Source, question: str) -> float | None:
    if given is None:
        return None
    value = decided(given, source, question)
    return None if value < 0 else value


def _title(plan: UsagePlan) -> str:
    return plan.name if isinstance(plan.name, str) else plan.source.logical_id


def _key(call: Call) -> str:
    key = call.api_key
    if key is None:
        return "the key"
    return f"the key {key.name if isinstance(key.name, str) else key.source.logical_id}"
