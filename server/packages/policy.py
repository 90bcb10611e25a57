"""What the settings allow rooms to install, and from where."""

import os
from collections.abc import Mapping
from dataclasses import replace

from executor.languages import Catalogue
from executor.packages.egress import Host
from executor.packages.manager import PackageManager
from executor.packages.npm import Npm
from executor.packages.pip import Pip
from executor.packages.policy import InstallPolicy
from server.settings import Settings


def package_managers(settings: Settings) -> Mapping[str, PackageManager]:
    """All package managers by their ids, each with the index that this server is to use."""
    pip = Pip(settings.pip_index_url or os.environ.get("PIP_INDEX_URL", ""))
    npm = Npm(settings.npm_registry or _npm_registry())
    return {pip.id: pip, npm.id: npm}


def install_policy(settings: Settings) -> InstallPolicy:
    """The quota of every room on this server."""
    return InstallPolicy(
        layer_bytes=settings.package_layer_bytes,
        packages=settings.package_count,
        seconds=settings.package_seconds,
        hosts=frozenset(map(Host.of, settings.package_hosts)),
    )


def with_packages(catalogue: Catalogue, settings: Settings) -> Catalogue:
    """The catalogue, without the places for packages if rooms may not install any."""
    if settings.packages:
        return catalogue
    return Catalogue(replace(runtime, packages_directory="") for runtime in catalogue.runtimes)


def _npm_registry() -> str:
    names = ("NPM_CONFIG_REGISTRY", "npm_config_registry")
    return next((os.environ[name] for name in names if os.environ.get(name)), "")
