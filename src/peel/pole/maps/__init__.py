"""Maps in pages: where a record's places are, and a list as a map beside its table.

A *place* is a location with coordinates. A *shape* (box, circle, polygon) narrows a list to what
lies in it. What the map shows is told by a table too, and without JavaScript by the table alone.
"""
