"""The live feed: what happens in the database, as server-sent events."""

from collections.abc import AsyncIterable
from contextlib import aclosing

from fastapi import APIRouter
from fastapi.sse import EventSourceResponse, ServerSentEvent

from app.listen import Gap
from app.web.dependencies import Live

router = APIRouter(tags=["live"])


@router.get("/live", response_class=EventSourceResponse)
async def live(listener: Live) -> AsyncIterable[ServerSentEvent]:
    """`gap`: something may have been missed, read again; `contact_changed`, `import_progress`.

    The first event is a gap. The payloads are those of app.channels.
    """
    async with aclosing(listener.subscribe()) as heard:
        async for each in heard:
            if isinstance(each, Gap):
                yield ServerSentEvent(event="gap", data={})
            else:
                yield ServerSentEvent(event=each.channel.name, data=each.payload)
