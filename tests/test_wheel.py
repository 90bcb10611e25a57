"""What `pip install` brings: the programs, and the recipes that `codlab runtimes build` needs."""

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

ROOT = Path(__file__).parents[1]
RECIPES = ROOT / "deploy" / "runtimes"


def test_the_wheel_has_every_recipe(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    tracked = subprocess.run(
        ["git", "ls-files", "deploy/runtimes"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    recipes = [Path(line).relative_to("deploy/runtimes") for line in tracked.stdout.splitlines()]
    with ZipFile(wheel) as archive:
        for recipe in recipes:
            packed = archive.read(f"server/runtimes/{recipe.as_posix()}")
            assert packed == (RECIPES / recipe).read_bytes()
    assert recipes
