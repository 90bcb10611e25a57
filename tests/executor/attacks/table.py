"""The table of attacks in the documentation."""

from collections.abc import Sequence
from pathlib import Path

from tests.executor.attacks.attack import Attack
from tests.executor.attacks.siege import Result

PAGE = Path(__file__).parents[3] / "docs" / "sandbox.md"
BEGIN, END = "<!-- attacks -->\n", "<!-- end of attacks -->\n"
HEAD = (
    "| attack | what it tries | held | outcome | gone after (s) | neighbour (s) |\n"
    "|---|---|---|---|---:|---:|\n"
)


def held(attack: Attack, result: Result) -> bool:
    """Tell whether an attack reached nothing, and ended as it should."""
    return not result.broken and result.outcome in attack.outcomes


def line(attack: Attack, result: Result) -> str:
    """Return an attack's line of the table."""
    answer = "yes" if held(attack, result) else "**no**"
    seconds = f"{result.seconds:.1f} | {result.neighbour_seconds:.2f}"
    return f"| {attack.name} | {attack.tries} | {answer} | {result.outcome} | {seconds} |"


def write(results: Sequence[tuple[Attack, Result]], machine: str, alone: float) -> None:
    """Replace the table in the documentation."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    lines = "".join(f"{line(*result)}\n" for result in results)
    note = f"\nOn {machine}. A neighbour whom nobody disturbs: {alone:.2f} s.\n"
    PAGE.write_text(f"{before}{BEGIN}{HEAD}{lines}{note}{END}{after}", encoding="utf-8")
