"""What may be said of a person: the declared kinds of facts, their codes and their golden view."""
