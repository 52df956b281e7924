"""Tasks side by side: each with a connection of its own, results in order, the first error raised."""

import duckdb
import pytest

from retroburn.engine import Engine, beside


@pytest.fixture
def engine():
    with Engine() as engine:
        engine.run("create table seen (task integer)")
        yield engine


def _task(number):
    def run(engine):
        engine.run("create temp table own as select $number::integer as task", {"number": number})
        engine.run("insert into seen select task from own")
        found = engine.one("select task from own")
        engine.run("drop table own")
        return found

    return run


def test_results_come_in_the_order_of_the_tasks_and_temporary_tables_never_meet(engine):
    assert beside(engine, [_task(number) for number in range(40)]) == list(range(40))
    assert engine.one("select list(task order by task) from seen") == list(range(40))


def test_what_the_connection_was_told_holds_on_every_other(engine):
    engine.everywhere("create or replace temp view few as select '7' as n")
    asked = "select n || current_setting('TimeZone') from few"
    assert beside(engine, [lambda other: other.one(asked)] * 3) == ["7UTC"] * 3


def test_an_error_reaches_the_caller_and_what_had_not_begun_is_left_out(engine):
    def fails(other):
        other.run("select no_such_column from seen")

    with pytest.raises(duckdb.Error, match="no_such_column"):
        beside(engine, [*[_task(number) for number in range(400)], fails])
    assert engine.one("select count(*) from seen") < 400
    assert beside(engine, [_task(1)]) == [1]


def test_no_task_is_no_error(engine):
    assert beside(engine, []) == []
