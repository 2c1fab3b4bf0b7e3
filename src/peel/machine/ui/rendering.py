"""Django's form renderer, so that any form, and any field of one, comes out as GOV.UK markup."""

from typing import Any

from django.forms.renderers import DjangoTemplates

INPUTS = {"text", "number", "email", "url", "password", "search", "date", "datetime", "time", "tel"}
CLASSES = {
    **{f"django/forms/widgets/{name}.html": "govuk-input" for name in INPUTS},
    "django/forms/widgets/textarea.html": "govuk-textarea",
    "django/forms/widgets/select.html": "govuk-select",
    "django/forms/widgets/file.html": "govuk-file-upload",
}


class GovukRenderer(DjangoTemplates):
    """Forms and fields from our templates; a widget drawn alone bears the GOV.UK class."""

    form_template_name = "ui/forms/form.html"
    field_template_name = "ui/forms/field.html"
    formset_template_name = "ui/forms/formset.html"

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        """The template with its context; a bare widget gets its class unless it has one."""
        if (wanted := CLASSES.get(template_name)) and "widget" in context:
            context["widget"]["attrs"].setdefault("class", wanted)
        return str(super().render(template_name, context, request))
