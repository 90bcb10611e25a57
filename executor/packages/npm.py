"""npm: without install scripts, so that nothing of a package runs when it is installed."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from executor.errors import InvalidRequirement
from executor.languages import Runtime
from executor.packages.manager import CACHE, PROXY, STAGE, Step, last_words
from executor.packages.sets import Lock, Package
from executor.run import SourceFile

HOME = "/opt/npm"
MANIFEST, LOCK = f"{STAGE}/package.json", f"{STAGE}/package-lock.json"
ARCHIVES = ".tgz", ".tar", ".tar.gz"  # with such an end it is a file's name to npm
ANY_VERSION = "*"  # the registry's "latest", if it says which that is
WORDS = {
    "E404": "the registry has no such package",
    "ETARGET": "the package has no such version",
    "ERESOLVE": "these can't be installed together",
    "EBADPLATFORM": "the package is not for this system",
    "EINTEGRITY": "the registry gave another file than the one that is locked",
    "EALLOWGIT": "it needs a package from elsewhere than the registry",
}

_REQUIREMENT = re.compile(
    r"(?P<name>(?:@[a-z0-9~][a-z0-9._~-]*/)?[A-Za-z0-9~][A-Za-z0-9._~-]*)"
    r"(?:@(?P<range>[A-Za-z0-9^~<>=|*+-][A-Za-z0-9.^~<>=|*+ -]*))?"
)


@dataclass(frozen=True, slots=True)
class Npm:
    """See `PackageManager`.

    Args:
        registry: the address of another registry than npm's own; empty for that.
    """

    registry: str = ""
    id: str = "npm"
    downloaded: re.Pattern[str] = re.compile(r"npm http fetch GET 200 \S+\.tgz")
    news: re.Pattern[str] = re.compile(r"npm http fetch GET 200 \S*/([^/\s]+)")
    layer: str = f"{STAGE}/node_modules"

    def check(self, requirement: str) -> str:
        """See PackageManager.check."""
        plain = " ".join(requirement.split())
        if not _REQUIREMENT.fullmatch(plain) or plain.lower().endswith(ARCHIVES):
            raise InvalidRequirement(
                f"{requirement!r} is not a package's name with a version, such as nanoid or"
                " express@^5.1"
            )
        return plain

    def name(self, requirement: str) -> str:
        """See PackageManager.name."""
        return _split(requirement)[0]

    def sources(self, runtime: Runtime) -> Step:
        """See PackageManager.sources."""
        return self._npm(("config", "get", "registry"), ())

    def resolve(self, runtime: Runtime, requirements: Sequence[str], kept: Lock | None) -> Step:
        """See PackageManager.resolve."""
        wanted = dict(map(_split, requirements))
        files = [SourceFile(MANIFEST, json.dumps({"dependencies": wanted}).encode())]
        if kept is not None:
            files.append(SourceFile(LOCK, kept.text.encode()))
        return self._npm(("install", "--package-lock-only"), files)

    def print_lock(self) -> Step:
        """See PackageManager.print_lock."""
        return Step(argv=("cat", LOCK))

    def read_lock(self, printed: bytes, runtime: Runtime, requirements: Sequence[str]) -> Lock:
        """See PackageManager.read_lock."""
        lock = json.loads(printed)
        text = json.dumps(lock, sort_keys=True, separators=(",", ":"))
        direct = {f"node_modules/{self.name(requirement)}" for requirement in requirements}
        packages = [
            Package(_name(path), entry["version"], _hash(path, entry), path in direct)
            for path, entry in sorted(lock["packages"].items())
            if path and _is_for_linux(entry)
        ]
        return Lock(self.id, runtime.image, text, tuple(packages))

    def install(self, runtime: Runtime, lock: Lock) -> Step:
        """See PackageManager.install."""
        root = json.loads(lock.text)["packages"][""]
        manifest = {"dependencies": root.get("dependencies", {})}
        files = [
            SourceFile(MANIFEST, json.dumps(manifest).encode()),
            SourceFile(LOCK, lock.text.encode()),
        ]
        return self._npm(("ci",), files)

    def explain(self, log: Sequence[str]) -> str:
        """See PackageManager.explain."""
        text = "\n".join(log)
        code = re.search(r"npm error code (\S+)", text)
        if code is None or code[1] not in WORDS:
            return last_words([line for line in log if " code " not in line], "npm error ")
        what = re.search(r"'([^']+)'|found for (\S+)\.", text)
        about = next((found for found in what.groups() if found), "") if what else ""
        return f"{about.removesuffix('@*')}: {WORDS[code[1]]}" if about else WORDS[code[1]]

    def _npm(self, arguments: tuple[str, ...], files: Sequence[SourceFile]) -> Step:
        registry = {"npm_config_registry": self.registry} if self.registry else {}
        env = {
            "NODE_EXTRA_CA_CERTS": f"{HOME}/ca-certificates.crt",
            "npm_config_proxy": PROXY,
            "npm_config_https_proxy": PROXY,
            "npm_config_noproxy": "",
            "npm_config_cache": CACHE,
            "npm_config_ignore_scripts": "true",
            "npm_config_omit": "dev",
            "npm_config_omit_lockfile_registry_resolved": "true",
            "npm_config_audit": "false",
            "npm_config_fund": "false",
            "npm_config_update_notifier": "false",
            "npm_config_progress": "false",
            "npm_config_loglevel": "http",
            "npm_config_fetch_retries": "1",
            "npm_config_fetch_timeout": "20000",
        }
        return Step(
            argv=("node", f"{HOME}/bin/npm-cli.js", *arguments, "--prefix", STAGE),
            env=env | registry,
            files=tuple(files),
        )


def _split(requirement: str) -> tuple[str, str]:
    found = _REQUIREMENT.fullmatch(requirement)
    if found is None:
        return requirement, ANY_VERSION
    return found["name"], found["range"] or ANY_VERSION


def _name(path: str) -> str:
    """Return the name of what lies in `node_modules/a/node_modules/@b/c`."""
    return path.rpartition("node_modules/")[2]


def _is_for_linux(entry: Mapping[str, Any]) -> bool:
    """Tell whether npm installs it here; a lock names what other systems need, too."""
    return _suits(entry.get("os"), "linux") and _suits(entry.get("libc"), "glibc")


def _suits(named: object, system: str) -> bool:
    """Tell whether a package is for a system, by those that it names; `!` is before others."""
    names = [named] if isinstance(named, str) else named
    if not isinstance(names, list) or not names:
        return True
    if f"!{system}" in names:
        return False
    return system in names or all(str(name).startswith("!") for name in names)


def _hash(path: str, entry: Mapping[str, Any]) -> str:
    """Return what a package's file must be, unless it comes in another's."""
    integrity = str(entry.get("integrity", ""))
    if not integrity and not entry.get("inBundle"):
        raise ValueError(f"{_name(path)} is not from the registry")
    return integrity
