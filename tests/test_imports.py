"""What is loaded without a part that nobody needs works, and the part is there again for whoever asks."""

import subprocess
import sys

CODE = """
import sys
from retroburn import imports
imports.load("nbformat", "altair")
assert "rfc3987_syntax" not in sys.modules and "lark" not in sys.modules
import altair as alt
import nbformat
nbformat.validate(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1")]))
assert alt.Chart(alt.Data(values=[{"x": 1}])).mark_point().encode(x="x:Q").to_dict()["mark"]["type"] == "point"
try:
    alt.Chart(alt.Data(values=[])).mark_point(opacity="thick").to_dict()
except alt.utils.schemapi.SchemaValidationError:
    print("checked")
import rfc3987_syntax
print(rfc3987_syntax.is_valid_syntax("iri", "https://a.example/"))
"""


def test_notebooks_and_charts_are_checked_without_the_grammar_of_addresses_and_it_can_be_had_after():
    ran = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["checked", "True"]
