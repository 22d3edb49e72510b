"""For each rule a revision that it finds, and one that does the same as it should be done."""

from tests.release.lint.examples import batch, code, columns, locks, losses, phases
from tests.release.lint.examples.form import Example

EXAMPLES: dict[str, Example] = {
    rule: Example(*texts)
    for module in (batch, losses, columns, locks, code, phases)
    for rule, texts in module.EXAMPLES.items()
}
