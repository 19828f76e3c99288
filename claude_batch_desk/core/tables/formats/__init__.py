"""How cells look: number formats of spreadsheets, read as their programs apply them."""
