"""What the application tells and hears by LISTEN / NOTIFY."""

from typing import Literal
from uuid import UUID

from pydantic import BaseModel

from app.listen import Channel


class ContactChanged(BaseModel):
    """A statement has changed contacts; where they are many, `public_ids` is empty.

    The trigger function notify_contact_changed() writes it.
    """

    operation: Literal["insert", "update", "delete"]
    count: int
    public_ids: list[UUID]


class ImportProgress(BaseModel):
    """How far an import has come; of how many bytes, if that is known."""

    import_id: UUID
    state: Literal["running", "done", "failed"] = "running"
    rows: int = 0
    bytes_processed: int = 0
    bytes_total: int | None


CONTACT_CHANGED = Channel("contact_changed", ContactChanged)
IMPORT_PROGRESS = Channel("import_progress", ImportProgress)
