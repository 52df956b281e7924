"""Names of ours in `--config`: kinds, and parameters of detectors. One that is not there would hold for nothing."""

from __future__ import annotations

from collections.abc import Iterable

from retroburn.config import Config
from retroburn.detect import prepare
from retroburn.detect.catalogue import detectors
from retroburn.errors import ConfigError, did_you_mean


def checked(config: Config) -> Config:
    """The settings as they are. Raises ConfigError for a name that there is not."""
    found = {detector.kind: detector for detector in detectors()}
    for mute in config.mute:
        _known("mute", mute.kind, found, "kind of finding")
    for kind, values in config.params.items():
        _known("params", kind, found, "kind of finding")
        for name in values:
            _known(f"params.{kind}", name, found[kind].head.params, "parameter of it")
    signals = [query.name for query in prepare.signals()]
    for slo in config.slo:
        for kind in slo.bad:
            _known(f"slo.bad ({slo.name})", kind, signals, "signal")
    return config


def _known(place: str, name: str, known: Iterable[str], what: str) -> None:
    names = sorted(known)
    if name not in names:
        raise ConfigError(f"--config: {place}: {name}: no such {what}. {did_you_mean(name, names or ['none'])}")
