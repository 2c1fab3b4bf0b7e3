"""The rules of the house, each with a planted breach that shows that it is kept."""
