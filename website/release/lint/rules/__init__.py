"""Every rule of lint, by its name. A rule reads one revision and knows the schema before it."""

from collections.abc import Callable, Iterator

from website.release.lint.finding import Remark
from website.release.lint.revision import Revision
from website.release.lint.rules import batch, code, columns, locks, losses, phases, renames
from website.release.lint.tables import Tables

Rule = Callable[[Revision, Tables], Iterator[Remark]]
_FUNCTIONS: tuple[Rule, ...] = (
    batch.batch_on_parent,
    batch.batch_drops_triggers,
    batch.batch_loses_details,
    losses.undeclared_loss,
    losses.malformed_loss,
    losses.drop_schema,
    losses.cascade,
    renames.rename_as_drop_and_add,
    columns.not_null_without_default,
    columns.set_not_null,
    columns.type_narrowing,
    columns.type_change,
    columns.non_constant_default,
    columns.stored_column,
    columns.json_column,
    locks.non_concurrent_index,
    locks.non_concurrent_index_drop,
    locks.concurrently_in_transaction,
    locks.concurrently_not_alone,
    locks.constraint_builds_index,
    locks.constraint_without_not_valid,
    locks.validated_in_same_revision,
    locks.blocks_table,
    code.pragma,
    code.transaction_control,
    code.own_connection,
    code.string_built_sql,
    code.application_import,
    code.missing_downgrade,
    code.data_and_schema,
    code.unnamed_constraint,
    code.partial_on_one_database,
    code.name_too_long,
    phases.unknown_phase,
    phases.expand_breaks_old_code,
    phases.expand_and_contract,
)
RULES: dict[str, Rule] = {function.__name__.replace("_", "-"): function for function in _FUNCTIONS}
