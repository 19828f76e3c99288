"""A copy of the workbook that the rows came from, with the answers in it."""
