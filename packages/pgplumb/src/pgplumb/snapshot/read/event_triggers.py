"""Event triggers."""

from typing import Final

from pgplumb.snapshot.facts_routines import EventTrigger
from pgplumb.snapshot.model import Identity, Kind
from pgplumb.snapshot.read.collector import Collector

_EVENT_TRIGGERS: Final = """
    select e.oid, e.evtname as name, pg_get_userbyid(e.evtowner) as owner, e.evtevent as event,
           coalesce(e.evttags, '{}') as tags, e.evtfoid::regproc::text as function,
           e.evtenabled as enabled
      from pg_event_trigger e
     order by e.oid
"""


def read_event_triggers(collector: Collector) -> None:
    """Add every event trigger."""
    for row in collector.rows(_EVENT_TRIGGERS):
        if not collector.is_member("pg_event_trigger", row.oid):
            collector.add(
                "pg_event_trigger",
                row.oid,
                Identity(Kind.EVENT_TRIGGER, (row.name,)),
                EventTrigger(row.event, tuple(row.tags), row.function, row.enabled),
                owner=row.owner,
            )
