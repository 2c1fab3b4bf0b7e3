// Starts the components that have behaviour. Every page also works without it.

const body = document.body;
body.classList.add("js-enabled", "govuk-frontend-supported");

// The address carries the hash of the file, so the page names it and not this script.
const govuk = await import(document.querySelector('link[data-peel="govuk"]').href);
govuk.initAll();
tidyRadios();
addEventListener("pageshow", tidyRadios);
document.addEventListener("click", tidyRadios);

// Parts of the page that htmx has replaced get their behaviour too.
body.addEventListener("htmx:load", (event) => {
  if (event.target !== body) {
    govuk.initAll({ scope: event.target });
    tidyRadios();
  }
});

// An answer that refuses still has something to say: show it where the answer was meant to go.
body.addEventListener("htmx:beforeSwap", (event) => {
  if ([403, 404, 409, 422].includes(event.detail.xhr.status)) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});

// A form marked so is sent when a choice in it changes; its button stays for everyone else.
body.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-peel-send-on-change]");
  if (form) {
    form.requestSubmit();
  }
});

// ARIA has no "expanded" for radios, and the component sets it on those that reveal a question.
function tidyRadios() {
  for (const radio of document.querySelectorAll("input[type=radio][aria-expanded]")) {
    radio.removeAttribute("aria-expanded");
  }
}
