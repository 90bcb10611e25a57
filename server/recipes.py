"""Where the recipes of the runtimes' images lie."""

from pathlib import Path

_INSTALLED = Path(__file__).parent / "runtimes"  # in a wheel, see pyproject.toml
_CHECKOUT = Path(__file__).parent.parent / "deploy" / "runtimes"

RECIPES = _INSTALLED if _INSTALLED.is_dir() else _CHECKOUT
