"""The pages for signing in and out, second factors and the choice of an appointment."""
