"""Forms of commands: one declaration serves page, API and import alike."""
