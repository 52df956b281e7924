"""A DAG to copy into `dags/`: `check` every day as a gate, the weekly notebook every Monday by the PapermillOperator.

Needs `apache-airflow-providers-papermill` and `apache-airflow-providers-standard`, and retroburn in the workers'
environment. The notebook that the operator writes is the record; `retroburn report` makes the page of the same run.
Of an installed wheel the notebook lies here:
`python -c "from retroburn import assets; print(assets.folder('notebooks'))"`.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from airflow.providers.papermill.operators.papermill import PapermillOperator
from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

EXPORTS = "/srv/ai-logs/exports"
REPORTS = "/srv/ai-logs/reports"
NOTEBOOK = "/srv/retroburn/notebooks/weekly.ipynb"

ONCE_MORE = {"retries": 1, "retry_delay": timedelta(minutes=10)}

with DAG(
    dag_id="retroburn_daily",
    schedule="40 7 * * *",
    start_date=datetime(2026, 1, 1),
    catchup=False,
    default_args=ONCE_MORE,
    tags=["ai", "logs"],
) as daily:
    BashOperator(
        task_id="check",
        # exit code 1: something is high; 2: no log could be read; 3: ran in part. All of them fail the task
        bash_command=f"retroburn check {EXPORTS} --from 24h --fail-on high --markdown",
        retries=0,  # what is high now is high in ten minutes too
    )

with DAG(
    dag_id="retroburn_weekly",
    schedule="10 8 * * 1",
    start_date=datetime(2026, 1, 1),
    catchup=False,
    default_args=ONCE_MORE,
    tags=["ai", "logs"],
) as weekly:
    record = PapermillOperator(
        task_id="notebook",
        input_nb=NOTEBOOK,
        output_nb=REPORTS + "/weekly-{{ ds }}.ipynb",
        parameters={"source": EXPORTS, "tz": "Asia/Seoul"},
    )
    page = BashOperator(
        task_id="page",
        bash_command=f"retroburn report weekly {EXPORTS} --tz Asia/Seoul --out {REPORTS}/weekly-{{{{ ds }}}}",
    )
    record >> page
