"""Tests of the auditor's pages."""
