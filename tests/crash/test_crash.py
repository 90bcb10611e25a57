"""Saved means saved: what was acknowledged is there after the server was killed, and once."""

from pathlib import Path

import pytest

from tests.crash.campaign import Campaign, Plan, Result
from tests.crash.faults import FAULTS
from tests.crash.past import check_past
from tests.postgres import running_cluster


def assert_kept(result: Result, *, kills: int) -> None:
    assert not result.findings
    assert result.kills == kills
    assert result.acknowledged > 10 * kills


@pytest.mark.timeout(240)
async def test_nothing_acknowledged_is_lost_in_kills_over_sqlite(tmp_path: Path) -> None:
    result = await Campaign(Plan(kills=10, seed=1), tmp_path).run()
    assert_kept(result, kills=10)
    await check_past(f"sqlite:///{tmp_path}/codlab.sqlite3")


@pytest.mark.timeout(240)
async def test_nothing_acknowledged_is_lost_in_kills_over_postgres(
    tmp_path: Path, postgres_database: str
) -> None:
    settings = {"CODLAB_DATABASE_URL": postgres_database}
    result = await Campaign(Plan(kills=8, seed=2), tmp_path, settings).run()
    assert_kept(result, kills=8)
    await check_past(postgres_database)


@pytest.mark.timeout(240)
async def test_nothing_is_lost_when_postgres_itself_restarts_under_edits(tmp_path: Path) -> None:
    with running_cluster() as cluster, cluster.database() as url:
        plan = Plan(kills=2, seed=3, restart_database=cluster.restart)
        result = await Campaign(plan, tmp_path, {"CODLAB_DATABASE_URL": url}).run()
    assert_kept(result, kills=2)
    assert len(result.resume_seconds) == 2


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.timeout(240)
async def test_a_planted_fault_is_found(fault: str, tmp_path: Path) -> None:
    result = await Campaign(Plan(kills=10, seed=4, fault=fault), tmp_path).run()
    assert result.findings.lost or result.findings.resurrected
    assert not result.findings.twice
