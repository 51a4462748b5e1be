"""The responsibility list: items with who leads, who assists, their duties and limits; versions; powers of units."""
