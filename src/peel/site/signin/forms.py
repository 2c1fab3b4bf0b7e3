"""What sign-in asks for, in our words."""

from datetime import datetime, timedelta
from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm, ReauthenticateForm
from django import forms
from django.utils import dateformat, timezone

from peel.kernel.access.models import Officer


class SignInForm(LoginForm):
    """User name and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain(self, "login", "User name", "username")
        plain(self, "password", "Password", "current-password")
        self.fields["password"].max_length = 256
        self.fields["password"].validators.append(forms.CharField(max_length=256).validators[0])


class ConfirmForm(ReauthenticateForm):
    """The password once more."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain(self, "password", "Password", "current-password")


class PasswordForm(ChangePasswordForm):
    """The password as it was, and as it is to be."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain(self, "oldpassword", "Current password", "current-password")
        plain(self, "password1", "New password", "new-password")
        plain(self, "password2", "New password again", "new-password")
        self.fields["password1"].help_text = (
            "At least 12 characters. Three words that have nothing to do with each other are"
            " strong and easy to keep in mind."
        )


class PostForm(forms.Form):
    """Which of one's appointments to act for."""

    post = forms.ChoiceField(label="Which appointment do you act for?", widget=forms.RadioSelect)

    def __init__(self, posts: list[Officer], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.posts = {str(post.pk): post for post in posts}
        choices = [(key, described(post)) for key, post in self.posts.items()]
        field = self.fields["post"]
        field.choices = choices  # type: ignore[attr-defined]
        field.error_messages = {
            "required": "Choose an appointment.",
            "invalid_choice": "You do not hold that appointment. Choose one of those shown.",
        }

    def chosen(self) -> Officer:
        """The appointment chosen, of a valid form."""
        return self.posts[self.cleaned_data["post"]]


def described(post: Officer) -> str:
    """An appointment in one line."""
    place = ", ".join(part for part in (post.unit_name, post.organisation_name) if part)
    if not post.acting_for:
        return f"{post.role.capitalize()}, {place}"
    until = f" until {day(post.ends)}" if post.ends else ""
    return f"{post.role.capitalize()}, {place}, acting for {post.acting_for}{until}"


def day(moment: datetime) -> str:
    """The last day before a moment, in London: delegations end at midnight."""
    return dateformat.format(timezone.localtime(moment - timedelta(seconds=1)), "j F Y")


def plain(form: forms.BaseForm, name: str, label: str, autocomplete: str) -> None:
    """Give a field of allauth's our label, and take its placeholder away."""
    field = form.fields[name]
    field.label = label
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs |= {"autocomplete": autocomplete, "autocapitalize": "none"}
    field.widget.attrs["spellcheck"] = "false"
