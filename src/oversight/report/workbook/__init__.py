"""Results as an Excel workbook, for those who go on with them in a spreadsheet."""

from oversight.report.workbook.dictionary import dictionary
from oversight.report.workbook.written import write_workbook

__all__ = ["dictionary", "write_workbook"]
