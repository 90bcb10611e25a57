"""How one setting is declared: its default, its meaning, its unit and its checks."""

from typing import Any

from pydantic import Field

KIB = 1024
MIB = 1024 * KIB
ENV_PREFIX = "CODLAB_"


def setting(default: Any, meaning: str, unit: str = "", **checks: Any) -> Any:
    """A field with what the documentation's table needs: its meaning and its unit."""
    return Field(
        default,
        description=meaning,
        json_schema_extra={"unit": unit},
        validate_default=True,
        **checks,
    )
