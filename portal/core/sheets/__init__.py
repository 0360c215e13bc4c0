"""Tables in files: reading what people send, writing what they take away.

Readers take CSV in any usual encoding and xlsx, every cell as text, and say line by line what they could not take.
Writers put who, when, which filter and how many rows into each file, and let no text become a formula. A table that
was written here is read again as it was, but for lines that are wholly empty.
"""

from portal.core.sheets.documents import clipboard, write_docx, write_text
from portal.core.sheets.export import Beside, Export, content_disposition, file_name
from portal.core.sheets.readers import Row, Table, read_table
from portal.core.sheets.writers import write_csv, write_xlsx

__all__ = [
    "Beside",
    "Export",
    "Row",
    "Table",
    "clipboard",
    "content_disposition",
    "file_name",
    "read_table",
    "write_csv",
    "write_docx",
    "write_text",
    "write_xlsx",
]
