"""A room's document written anew, by whichever door it is asked for."""

from collab.hub import Hub
from server.schemas import Renewal


async def renew(hub: Hub, room_id: str) -> Renewal:
    """Writes the document anew, durably on return; whoever is in the room joins it afresh.

    Raises:
        RoomNotFound: nothing is stored under that id.
        RoomUnavailable: it could not be loaded.
        NotRenewable: it holds what can't be carried over, and is left as it is.
    """
    async with hub.using(room_id) as room:
        before = len(room.document.encoded())
        await room.renew()
        return Renewal(bytes_before=before, bytes_after=len(room.document.encoded()))
