// Shows a question while its condition holds and hides it otherwise. The server decides what counts.

const EVERY = "[data-peel-when]";

function given(scope, name) {
  const inputs = [...scope.querySelectorAll(`[name="${CSS.escape(name)}"]`)];
  if (inputs.length === 0) {
    return null;
  }
  const shut = inputs[0].closest(EVERY);
  if (shut?.hidden) {
    return [];
  }
  return inputs.flatMap((input) => {
    if (input.type === "checkbox" || input.type === "radio") {
      return input.checked ? [input.value] : [];
    }
    return input.multiple ? [...input.selectedOptions].map((one) => one.value) : [input.value.trim()];
  });
}

// A question that is not on the page (a stale save shows some of them) hides nothing.
function holds(scope, prefix, when) {
  if (when.all) {
    return when.all.every((part) => holds(scope, prefix, part));
  }
  if (when.some) {
    return when.some.some((part) => holds(scope, prefix, part));
  }
  const answers = given(scope, prefix + when.name);
  if (answers === null) {
    return true;
  }
  const chosen = answers.filter((one) => one !== "");
  if (when.any) {
    return chosen.length > 0;
  }
  return when.values.some((value) => (value === "" ? chosen.length === 0 : chosen.includes(value)));
}

function settle() {
  const asked = [...document.querySelectorAll(EVERY)];
  // Once for each level that a condition may hang on another.
  for (let turn = 0; turn <= asked.length; turn += 1) {
    let changed = false;
    for (const one of asked) {
      const input = one.querySelector("[name]");
      const row = input?.name.match(/^.+-\d+-(?=[^-]+$)/);
      const shut = !holds(one.closest("form"), row ? row[0] : "", JSON.parse(one.dataset.peelWhen));
      changed ||= shut !== one.hidden;
      one.hidden = shut;
    }
    if (!changed) {
      return;
    }
  }
}

settle();
document.addEventListener("input", settle);
document.addEventListener("change", settle);
document.addEventListener("htmx:load", settle);
addEventListener("pageshow", settle);
