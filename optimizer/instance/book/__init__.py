"""An instance as an input workbook: a sheet a block, a row a figure; written and read back without a loss."""
