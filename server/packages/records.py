"""What rooms have installed, as stored."""

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import delete, select

from executor.packages.sets import Lock, Package
from server.db import Database
from server.models import PackageSetRecord


def lock_of(record: PackageSetRecord) -> Lock:
    """The lock of a set, to install it from."""
    packages = tuple(Package(**package) for package in record.packages)
    return Lock(record.manager, record.image, record.lock, packages)


def fields_of(lock: Lock) -> dict[str, object]:
    """A set's columns that come from its lock."""
    return {
        "manager": lock.manager,
        "image": lock.image,
        "lock": lock.text,
        "packages": [asdict(package) for package in lock.packages],
        "digest": lock.digest,
    }


class PackageRecords:
    """The sets of all rooms: one for each runtime image that a room has installed anything for."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_room(self, room_id: str) -> Sequence[PackageSetRecord]:
        """A room's sets."""
        query = select(PackageSetRecord).where(PackageSetRecord.room_id == room_id)
        async with self._database.read() as session:
            found = await session.scalars(query.order_by(PackageSetRecord.image))
            return found.all()

    async def save(self, record: PackageSetRecord) -> None:
        """Stores a set in place of what was there; the record stays the caller's."""
        async with self._database.write() as session:
            await session.merge(record)

    async def remove(self, room_id: str, image: str) -> None:
        """Forgets a set."""
        of_image = PackageSetRecord.image == image
        async with self._database.write() as session:
            await session.execute(
                delete(PackageSetRecord).where(PackageSetRecord.room_id == room_id, of_image)
            )

    async def digests(self) -> set[str]:
        """The digests of all sets of all rooms."""
        async with self._database.read() as session:
            found = await session.scalars(select(PackageSetRecord.digest).distinct())
            return set(found.all())
