"""The engine: queries get in, the machine does not get out."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from retroburn.engine import Engine, MemoryExceededError, check_select
from retroburn.errors import QueryError, UsageError


@pytest.fixture
def engine() -> Iterator[Engine]:
    with Engine() as made:
        made.run("create table spans (id integer)")
        yield made


@pytest.mark.parametrize(
    "sql",
    [
        "select * from spans",
        "with a as (select * from spans) select * from a, unnest([1, 2]) as t(x)",
        "from spans",
        "select id from spans where id in (select max(id) from spans)",
        "select x from (values (1)) as t(x)",
    ],
)
def test_a_select_over_known_tables_passes(engine: Engine, sql: str) -> None:
    check_select(engine.con, sql, {"spans"})
    engine.run(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "select * from 'secret.csv'",
        "select * from read_text('/etc/hostname')",
        "select * from read_csv_auto('x.csv')",
        "select getenv('HOME')",
        "select current_setting('temp_directory')",
        "copy spans to 'out.csv'",
        "attach 'other.db'",
        "install httpfs",
        "select 1; drop table spans",
        "drop table spans",
        "insert into spans values (1)",
        "set memory_limit = '1GB'",
        "select * from duckdb_settings()",
        "select * from information_schema.tables",
        "select * from spans where exists (select 1 from 'x.parquet')",
        "with a as (select * from glob('/*')) select * from a",
        "selec 1",
        "",
    ],
)
def test_anything_else_is_refused_with_a_plain_message(engine: Engine, sql: str) -> None:
    with pytest.raises(QueryError):
        check_select(engine.con, sql, {"spans"})


def test_an_unknown_table_names_the_nearest(engine: Engine) -> None:
    with pytest.raises(QueryError, match="Did you mean spans"):
        check_select(engine.con, "select * from span", {"spans", "requests"})


def test_a_locked_engine_reads_no_file_even_when_asked_directly(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a\n1\n")
    engine.lock()
    with pytest.raises(Exception, match=r"disabled|does not exist|Permission"):
        engine.run(f"select * from read_csv('{path}')")


def test_closing_removes_everything_it_wrote() -> None:
    made = Engine()
    folder = made.folder
    made.run("create table t as select range as i from range(1000)")
    made.close()
    assert not folder.exists()


def test_what_nobody_closed_goes_with_the_process(tmp_path: Path) -> None:
    never_closed = "from retroburn.engine import Engine; kept = Engine(); kept.rows('select 1')"
    env = {**os.environ, "TMPDIR": str(tmp_path)}
    subprocess.run([sys.executable, "-c", never_closed], env=env, check=True)
    assert list(tmp_path.iterdir()) == []


def test_a_size_that_is_none_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="--memory lots"):
        Engine(memory="lots")


def test_parameters_that_a_query_does_not_name_are_left_aside(engine: Engine) -> None:
    assert engine.rows("select $a as a, '$b' as b -- $c", {"a": 1, "b": 2, "c": 3}) == [{"a": 1, "b": "$b"}]


def test_what_fits_only_on_one_core_is_run_on_one_and_what_never_fits_is_said_plainly() -> None:
    with Engine(memory="400MB") as engine:
        with pytest.raises(MemoryExceededError, match=r"--memory 400MB is too little.*Give more") as raised:
            engine.one("select len(list(i)) from range(80000000) as t(i)")
        assert isinstance(raised.value, duckdb.Error)
        assert engine.one("select current_setting('threads')") == 1
        assert engine.one("select count(*) from range(1000)") == 1000


@pytest.mark.parametrize("size", ["40MB", "0.1GB", "12KB"])
def test_a_memory_in_which_nothing_would_end_is_refused_with_the_least_that_will_do(size: str) -> None:
    with pytest.raises(UsageError, match=f"--memory {size}: too small to work in. Give at least 200MB"):
        Engine(memory=size)
