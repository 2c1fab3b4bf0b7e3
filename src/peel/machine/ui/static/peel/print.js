// Adds a button that opens the browser's own print window; without this, Ctrl and P does the same.

const hint = document.getElementById("print-hint");
const button = document.createElement("button");
button.type = "button";
button.className = "govuk-button";
button.textContent = "Print";
button.addEventListener("click", () => window.print());
hint.before(button);
