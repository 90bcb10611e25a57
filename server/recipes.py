"""Where the recipes of the runtimes' images lie."""

from pathlib import Path

RECIPES = Path(__file__).parent.parent / "deploy" / "runtimes"
