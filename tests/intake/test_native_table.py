"""The native log as a table: what a data frame writes of it with `to_csv`."""

from __future__ import annotations

from pathlib import Path

import retroburn


def test_a_native_log_as_csv_keeps_its_numbers_and_words_that_look_like_some(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text(
        "id,start,duration_ms,kind,model,input_tokens,output_tokens,cost_usd,status,output,prompt_version,cache\n"
        'a1,2026-10-01T00:00:00Z,812.5,llm,m-1,100.0,20,0.002,ok,42,1.10,"{""status"": ""hit"", ""age_s"": 4}"\n'
        "a2,2026-10-01T00:01:00Z,,llm,m-1,many,25,3e-3,ok,fine,007,\n",
        encoding="utf-8",
    )
    with retroburn.open(tmp_path / "log.csv") as logs:
        rows = logs.sql(
            "select duration_ms, input_tokens, output_tokens, cost_usd::varchar as cost, output, prompt_version, "
            "cache_age_s, attributes->>'input_tokens' as misfit, format from spans order by id"
        )
    assert rows.astype(object).where(rows.notna(), None).values.tolist() == [
        [812.5, 100, 20, "0.002000000", "42", "1.10", 4.0, None, "native"],
        [None, None, 25, "0.003000000", "fine", "007", None, "many", "native"],
    ]
