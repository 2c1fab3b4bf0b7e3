"""Who you are and what you may do: people, units, appointments, roles, and the identity token."""
