"""Which types hold every value of another, and for which PostgreSQL writes a table anew."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import TypeEngine

from website.database import Instant
from website.release.lint.types import fits, rewrites, type_of_sql


@pytest.mark.parametrize(
    ("old", "new", "fit", "anew"),
    [
        (sa.String(20), sa.String(20), True, False),
        (sa.String(20), sa.VARCHAR(40), True, False),
        (sa.String(20), sa.Text(), True, False),
        (sa.String(), sa.String(20), False, True),
        (sa.Text(), sa.String(20), False, True),
        (sa.String(40), sa.String(20), False, True),
        (sa.String(20), sa.CHAR(20), True, True),
        (sa.Integer(), sa.Text(), True, True),
        (sa.String(20), sa.Integer(), False, True),
        (sa.SmallInteger(), sa.Integer(), True, True),
        (sa.Integer(), sa.BigInteger(), True, True),
        (sa.BigInteger(), sa.Integer(), False, True),
        (sa.Integer(), sa.SmallInteger(), False, True),
        (sa.BigInteger(), sa.Numeric(), True, True),
        (sa.Integer(), sa.Numeric(5, 2), False, True),
        (sa.Numeric(8, 2), sa.Numeric(10, 2), True, False),
        (sa.Numeric(8, 2), sa.Numeric(), True, False),
        (sa.Numeric(), sa.Numeric(8, 2), False, True),
        (sa.Numeric(8, 2), sa.Numeric(8, 4), False, True),
        (sa.Numeric(8, 2), sa.Numeric(10, 4), True, True),
        (sa.Numeric(8, 2), sa.Float(), False, True),
        (sa.Float(), sa.Double(), True, True),
        (sa.Double(), sa.Float(), False, True),
        (sa.Date(), sa.DateTime(), True, True),
        (sa.DateTime(), sa.Date(), False, True),
        (sa.DateTime(), sa.DateTime(timezone=True), True, True),
        (sa.DateTime(timezone=True), sa.DateTime(), False, True),
        (sa.JSON(), postgresql.JSONB(), True, True),
        (postgresql.JSONB(), sa.JSON(), False, True),
        (sa.Boolean(), sa.Boolean(), True, False),
        (sa.Boolean(), sa.Integer(), False, True),
        (sa.Enum("a", "b"), sa.Enum("a", "b", "c"), True, True),
        (sa.Enum("a", "b"), sa.Enum("a"), False, True),
        (sa.Enum("a", "bcd"), sa.String(3), True, True),
        (sa.Enum("a", "bcd"), sa.String(2), False, True),
        (sa.String(1), sa.Enum("a", "b"), False, True),
        (sa.Uuid(), sa.Uuid(), True, False),
        (Instant(), sa.DateTime(timezone=True), True, False),
        (sa.LargeBinary(), sa.Text(), True, True),
    ],
    ids=lambda value: repr(value) if isinstance(value, TypeEngine) else "",
)
def test_a_type_holds_every_value_of_another_or_not(
    old: TypeEngine[Any], new: TypeEngine[Any], fit: bool, anew: bool
) -> None:
    assert bool(fits(old, new)) is fit
    assert rewrites(old, new) is anew


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("varchar(20)", sa.VARCHAR(20)),
        ("character varying (20)", sa.VARCHAR(20)),
        ("NUMERIC(8, 2)", sa.NUMERIC(8, 2)),
        ("timestamp with time zone", postgresql.TIMESTAMP(timezone=True)),
        ("timestamp(3)", postgresql.TIMESTAMP()),
        ("double precision", postgresql.DOUBLE_PRECISION()),
        ("bigserial", sa.BigInteger()),
        ("mood", None),
        ("'x'", None),
    ],
)
def test_a_type_is_known_by_its_name_in_sql(text: str, kind: TypeEngine[Any] | None) -> None:
    assert repr(type_of_sql(text)) == repr(kind)
