"""No stock yjs client is ever refused; `python -m tests.collab.honest` is the long form."""

from collections.abc import Generator

import pytest

from tests.collab.honest import Company
from tests.interop.editors import Editors, yjs_editors


@pytest.fixture(scope="module")
def editors() -> Generator[Editors]:
    with yjs_editors() as running:
        yield running


@pytest.mark.parametrize("seed", range(25))
def test_no_stock_client_is_refused(editors: Editors, seed: int) -> None:
    Company(editors, seed).live()
