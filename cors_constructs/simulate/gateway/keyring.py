"""API keys: their values, and whether one opens a stage.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html
"""

from collections.abc import Iterable, Mapping
from hashlib import sha256
from hmac import compare_digest
from pathlib import PurePath
from typing import Final

from cors_constructs.simulate.gateway.undecided import decided, undecided
from cors_constructs.simulate.model import Api, ApiKey, Stage, UsagePlan
from cors_constructs.simulate.values import TemplateError, Unresolved

# API Gateway makes up values of 40.
_LENGTH: Final = 40


class Keyring:
    """The keys of a template, with a value for each.

    Raises:
        TemplateError: A value is given for a key that is not there, or a name means several keys.
    """

    def __init__(self, api: Api, keys: Iterable[ApiKey], plans: Iterable[UsagePlan], given: Mapping[str, str]) -> None:
        self._api = api
        self._plans = tuple(plans)
        self._keys = {_id(key): key for key in (*keys, *(key for plan in self._plans for key in plan.keys))}
        self._values = {name: _value(key) for name, key in self._keys.items()}
        self._strangers: dict[str, str] = {}
        for name, value in given.items():
            self._give(name, value)
        known = [(_bytes(value), self._keys[name]) for name, value in self._values.items()]
        self._by_digest = {sha256(value).digest(): (value, key) for value, key in known}
        self._opened: set[tuple[int, int]] = set()  # the keys and stages, by identity, that were found to fit

    def value(self, name: str) -> str:
        """What the client of that name sends.

        Raises:
            TemplateError: No key, or several keys, have the name.
        """
        if name in self._strangers:
            return self._strangers[name]
        return self._values[_id(self._named(name))]

    def of_value(self, value: str) -> ApiKey | None:
        """The template's key of that value, found in a time that tells nothing of other keys."""
        sent = _bytes(value)
        known, key = self._by_digest.get(sha256(sent).digest(), (b"", None))
        return key if compare_digest(known, sent) else None

    def why_not(self, value: str, key: ApiKey | None, stage: Stage) -> str | None:
        """Why a key does not open the stage, as a clause; None where it does.

        Args:
            value: What was sent.
            key: The template's key of that value.
            stage: The stage.

        Raises:
            TemplateError: Only a deployment knows.
        """
        if (id(key), id(stage)) in self._opened:
            return None
        why_not = self._why_not(value, key, stage)
        if why_not is None and key is not None:
            self._opened.add((id(key), id(stage)))
        return why_not

    def _why_not(self, value: str, key: ApiKey | None, stage: Stage) -> str | None:
        covering = [plan for plan in self._plans if self._covers(plan, stage)]
        if key is None:
            if any([compare_digest(_bytes(value), _bytes(it)) for it in self._strangers.values()]):  # noqa: C419 - all
                holding = any(plan.other_keys for plan in covering)
                return None if holding else f"the key is in no usage plan of the stage {stage.name}"
            return (
                "no key of the template has the value sent (what they have is told by `gateway.key(name)`, used by "
                "fetch --key NAME, and shown by serve as it starts)"
            )
        title = key.name if isinstance(key.name, str) else key.source.logical_id
        if not decided(key.enabled, key.source, f"whether the API key {title} is enabled"):
            return f"the API key {title} is disabled"
        holding_key = [plan for plan in self._plans if any(_id(it) == _id(key) for it in plan.keys)]
        if not holding_key:
            return f"the API key {title} is in no usage plan: add it to one that covers the stage {stage.name}"
        if any(plan in covering for plan in holding_key):
            return None
        return f"no usage plan of the API key {title} covers the stage {stage.name}: add the stage to its plan"

    def _covers(self, plan: UsagePlan, stage: Stage) -> bool:
        for api, name in plan.stages:
            if api != self._api.source.logical_id:
                continue
            if name == stage.name:
                return True
            for it in (name, stage.name):
                if isinstance(it, Unresolved):
                    question = f"whether the usage plan {plan.source.logical_id} covers the stage {stage.name}"
                    raise undecided(it, plan.source, question)
        return False

    def _give(self, name: str, value: str) -> None:
        if name not in self._names() and any(plan.other_keys for plan in self._plans):
            self._strangers[name] = value  # a key that the template only refers to
        else:
            self._values[_id(self._named(name))] = value

    def _named(self, name: str) -> ApiKey:
        found = [key for key in self._keys.values() if name in _names(key)]
        if len(found) > 1:  # two APIs may have a client of one name
            own = {_id(key) for plan in self._plans for key in plan.keys}
            found = [key for key in found if _id(key) in own] or found
        if len(found) == 1:
            return found[0]
        names = ", ".join(self._names()) or "no key at all"
        if found:
            ids = ", ".join(key.source.logical_id for key in found)
            raise TemplateError(self._api.source.file, "", f"several API keys are called {name}", f"say which: {ids}")
        raise TemplateError(self._api.source.file, "", f"no API key is called {name!r}", f"the template has {names}")

    def _names(self) -> list[str]:
        return sorted({name for key in self._keys.values() for name in _names(key)})


def _names(key: ApiKey) -> frozenset[str]:
    own = {key.name} if isinstance(key.name, str) else set()
    return key.names | own | {key.source.logical_id}


def _id(key: ApiKey) -> tuple[str | None, str]:
    return key.source.file, key.source.logical_id


def _value(key: ApiKey) -> str:
    """The template's value, or one like API Gateway's, the same each time."""
    if isinstance(key.value, str) and key.value:
        return key.value
    stack = PurePath(key.source.file or "").name  # stacks of an app may have keys of one logical id
    return sha256(f"api key {key.source.logical_id} {stack}".strip().encode()).hexdigest()[:_LENGTH]


def _bytes(value: str) -> bytes:
    return value.encode("utf-8", "surrogatepass")
