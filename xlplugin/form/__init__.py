"""What the notice says.  Data; imports nothing of ours but the errors."""

from xlplugin.form.labels import fold
from xlplugin.form.model import Balance, Block, Cell, Form, Line, Section, Table, row_labels
from xlplugin.form.registry import form, form_for, forms, load_form

__all__ = [
    "Balance",
    "Block",
    "Cell",
    "Form",
    "Line",
    "Section",
    "Table",
    "fold",
    "form",
    "form_for",
    "forms",
    "load_form",
    "row_labels",
]
