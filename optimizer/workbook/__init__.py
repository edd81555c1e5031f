"""A plan as a workbook with live formulas: inputs and decisions are numbers, all else follows from them."""
