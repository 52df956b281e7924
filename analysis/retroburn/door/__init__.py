"""The one door through which log text leaves: cleaned, masked, shortened, escaped for where it goes.

Whatever comes from a log and is shown to a person passes here: `show` for a terminal or JSON, `html` and `markdown` for
pages, `fence` for a block of Markdown, `csv` for a cell, `identifier` for an id. All of them clean and mask first, and
masking twice changes nothing. `sql` and the notebook API give text as it is and do not come here.
"""

from retroburn.door.escaping import csv, escape, fence, html, identifier, markdown, plain, shorten, show
from retroburn.door.masking import Found, mask, personal, pseudonym

__all__ = [
    "Found",
    "csv",
    "escape",
    "fence",
    "html",
    "identifier",
    "markdown",
    "mask",
    "personal",
    "plain",
    "pseudonym",
    "shorten",
    "show",
]
