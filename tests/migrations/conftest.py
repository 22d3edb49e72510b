import pytest

pytest.register_assert_rewrite("tests.migrations.data", "tests.migrations.schema")
