"""The handler of each kind of object, found by the class of its facts."""

from typing import Final

from pgplumb.planner.handler import Handler
from pgplumb.planner.handlers import (
    columns,
    constraints,
    routines,
    table_parts,
    tables,
    types,
    views,
)
from pgplumb.snapshot import facts
from pgplumb.snapshot.model import CatalogObject, Facts

_HANDLERS: Final[dict[type[Facts], Handler]] = {
    facts.Schema: types.SchemaHandler(),
    facts.Extension: types.ExtensionHandler(),
    facts.Enum: types.EnumHandler(),
    facts.Composite: types.CompositeHandler(),
    facts.Domain: types.DomainHandler(),
    facts.DomainConstraint: types.DomainConstraintHandler(),
    facts.Range: types.RangeHandler(),
    facts.Sequence: types.SequenceHandler(),
    facts.SequenceOwner: types.SequenceOwnerHandler(),
    facts.Routine: routines.RoutineHandler(),
    facts.Table: tables.TableHandler(),
    facts.Inheritance: tables.InheritanceHandler(),
    facts.ReplicaIdentity: tables.ReplicaIdentityHandler(),
    facts.Cluster: tables.ClusterHandler(),
    facts.Column: columns.ColumnHandler(),
    facts.ViewColumn: columns.ViewColumnHandler(),
    facts.Default: columns.DefaultHandler(),
    facts.Constraint: constraints.ConstraintHandler(),
    facts.Index: constraints.IndexHandler(),
    facts.View: views.ViewHandler(),
    facts.MaterializedView: views.MaterializedViewHandler(),
    facts.Trigger: table_parts.TriggerHandler(),
    facts.Rule: table_parts.RuleHandler(),
    facts.Policy: table_parts.PolicyHandler(),
}


def handler_of(item: CatalogObject) -> Handler:
    """The handler of an object."""
    return _HANDLERS[type(item.facts)]
