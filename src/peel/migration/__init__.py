"""Loaders that bring outside and legacy data in through the modules' doors."""
