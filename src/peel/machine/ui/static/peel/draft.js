// Keeps what is typed as a draft on the server: some seconds after typing, on leaving a field and
// on leaving the page. Nothing is kept in the browser, for computers are shared.

const WAIT = 2500;
const form = document.querySelector("form[data-peel-draft]");
const kept = form?.querySelector("[data-peel-kept]");
const told = form?.querySelector("[data-peel-told]");
let timer = 0;
let sent = "";
let running = null;
let stopped = false;
let typed = false;

// Passwords and files are typed again; the server leaves them out as well.
function answers() {
  const data = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    const input = form.elements[name];
    if (typeof value === "string" && input?.type !== "password") {
      data.append(name, value);
    }
  }
  data.set("keep_draft", "1");
  return data;
}

function lost(words) {
  kept.textContent = "";
  told.className = "peel-kept peel-kept--lost";
  told.replaceChildren(words);
}

function signIn() {
  const way = Object.assign(document.createElement("a"), { href: "/", target: "_blank", rel: "noopener", className: "govuk-link", textContent: "Sign in again (opens a new tab)" });
  lost("You have been signed out. What you typed up to now is kept. ");
  told.append(way, ", then come back here and go on.");
}

// After a new sign-in this page's proof of where it comes from is old: it fetches a new one, once.
async function renew() {
  const page = await fetch(location.pathname, { headers: { Accept: "text/html" } });
  const found = new DOMParser().parseFromString(await page.text(), "text/html").querySelector("form[data-peel-draft] input[name=csrfmiddlewaretoken]");
  for (const input of found ? document.querySelectorAll("input[name=csrfmiddlewaretoken]") : []) {
    input.value = found.value;
  }
  return Boolean(found);
}

// The server names the draft when it is first kept: it is the one that sending the form removes.
function name({ draft }) {
  if (draft) {
    form.elements.draft.value = draft;
  }
}

async function send(data, last, again = false) {
  const answer = await fetch(form.action, { method: "POST", body: data, keepalive: last, redirect: "manual" });
  const isJson = answer.headers.get("Content-Type")?.startsWith("application/json");
  if (answer.status === 403 && !isJson && !again && !last && (await renew())) {
    return send(answers(), last, true);
  }
  if (isJson && answer.status === 401) {
    name(await answer.json());
  }
  if (answer.status === 401 || answer.type === "opaqueredirect" || (answer.status === 403 && !isJson)) {
    signIn();
    return false;
  }
  if (!isJson) {
    lost("What you type cannot be kept at the moment. Save soon.");
    return false;
  }
  const body = await answer.json();
  if (!answer.ok) {
    lost(`What you type is not kept as a draft: ${body.title}`);
    return false;
  }
  name(body);
  if (told.className !== "peel-kept" || !told.textContent) {
    told.className = "peel-kept";
    told.textContent = "What you type is kept as a draft.";
  }
  kept.textContent = `Last kept at ${body.kept}.`;
  return true;
}

async function keep(last = false) {
  clearTimeout(timer);
  if (stopped || !typed || running) {
    return;
  }
  const data = answers();
  if (data.toString() === sent) {
    return;
  }
  try {
    running = send(data, last);
    if (await running) {
      data.set("draft", form.elements.draft.value);
      sent = data.toString();
    }
  } catch {
    lost("What you type cannot be kept: there is no connection. It stays on this page; do not close it.");
  } finally {
    running = null;
    // Typed meanwhile, or not kept: once more, but without haste.
    timer = setTimeout(keep, sent === data.toString() ? WAIT : 4 * WAIT);
  }
}

function later() {
  typed = true;
  clearTimeout(timer);
  timer = setTimeout(keep, WAIT);
}

if (form) {
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  form.addEventListener("focusout", () => keep());
  addEventListener("pagehide", () => keep(true));
  document.addEventListener("visibilitychange", () => document.hidden && keep(true));
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (running && !stopped) {
      // A draft that arrives after the form was sent would outlive it.
      event.preventDefault();
      const { submitter } = event;
      running.finally(() => form.requestSubmit(submitter));
    }
    stopped = true;
  });
  addEventListener("pageshow", (event) => {
    stopped = event.persisted ? false : stopped;
  });
}
