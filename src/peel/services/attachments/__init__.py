"""Files of any record: its panel, the page of one file, bringing in, handing out, withdrawing."""
