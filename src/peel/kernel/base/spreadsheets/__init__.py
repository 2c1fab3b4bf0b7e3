"""Tables as files for spreadsheets, written piece by piece: CSV and XLSX."""

from peel.kernel.base.spreadsheets.writing import Cell, CSVWriter, Writer
from peel.kernel.base.spreadsheets.xlsx import XLSXWriter

__all__ = ["CSVWriter", "Cell", "Writer", "XLSXWriter"]
