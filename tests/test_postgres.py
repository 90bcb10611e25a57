from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine


async def test_the_tests_own_cluster_is_durable_and_new_enough(postgres_database: str) -> None:
    engine = create_async_engine(postgres_database)
    async with engine.connect() as connection:
        assert (
            int((await connection.execute(text("SHOW server_version_num"))).scalar_one()) >= 150000
        )
        assert (await connection.execute(text("SHOW fsync"))).scalar_one() == "on"
        tables = await connection.execute(
            text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
        )
        assert tables.scalar_one() == 0
    await engine.dispose()
