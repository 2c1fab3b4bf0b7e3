// Keeps an open page live. The stream tells ids, versions and counts; whatever is shown is read
// again from the page's own address, as anybody reads it. Nothing here is needed to work.

const mark = document.getElementById("live");
const news = document.getElementById("live-news");
const words = (text) => (text ? text.split(" ") : []);
const kinds = words(mark.dataset.kinds);
const records = words(mark.dataset.records);
const rows = document.getElementById("list-rows");
const SETTLE = 250; // milliseconds in which several changes are read as one
const REST = 2000; // between two readings, so that a busy list does not load its server

let source = null;
let place = mark.dataset.after;
let reading = 0;
let readLast = 0;
const unseen = new Set();

function open() {
  if (source || document.hidden) {
    return;
  }
  const asked = new URLSearchParams();
  kinds.forEach((kind) => asked.append("kind", kind));
  records.forEach((record) => asked.append("record", record));
  if (place) {
    asked.set("after", place);
  }
  source = new EventSource(`/live/?${asked}`);
  source.addEventListener("changed", (event) => hear(event, changed));
  source.addEventListener("gone", (event) => hear(event, gone));
  source.addEventListener("count", (event) => hear(event, counted));
  source.addEventListener("reset", (event) => hear(event, readSoon));
  source.addEventListener("ended", signedOut);
  source.addEventListener("open", () => state("live"));
  source.addEventListener("error", () => {
    state("waiting");
    if (source?.readyState === EventSource.CLOSED) {
      close();
      setTimeout(open, 5000 + Math.random() * 5000);
    }
  });
}

// A page that nobody looks at needs no stream: browsers allow a site only a few.
function close() {
  source?.close();
  source = null;
}

function hear(event, told) {
  place = event.lastEventId || place;
  told(JSON.parse(event.data));
}

function state(now) {
  document.documentElement.dataset.live = now;
}

function changed(told) {
  if (records.includes(told.record)) {
    sayChanged(told);
  }
  if (rows && kinds.includes(told.kind)) {
    const row = rowOf(told.record);
    if (!row || Number(row.dataset.version) < told.version) {
      readSoon();
    }
  }
}

function gone(told) {
  if (records.includes(told.record)) {
    say("You can no longer see this record.", [["Load the page again", reload]]);
  }
  rowOf(told.record)?.remove();
}

function counted(told) {
  for (const one of document.querySelectorAll(`[data-count="${CSS.escape(told.name)}"]`)) {
    one.textContent = one.dataset.countWords ? one.dataset.countWords.replace("#", told.count) : told.count;
    one.hidden = told.count === 0;
  }
}

function signedOut() {
  close();
  say("You have been signed out.", [["Sign in again", reload]]);
}

function rowOf(record) {
  return rows?.querySelector(`tr[data-record="${CSS.escape(record)}"]`);
}

// A record's page: say who changed it, and let its reader choose when to look.
async function sayChanged(told) {
  const page = await readAgain(mark.dataset.page || location.href);
  const said = page?.getElementById("live")?.dataset.said || "This record has changed.";
  const choice = document.querySelector("form.peel-form") ? [] : [["Show it as it is now", reload]];
  const more = choice.length ? "" : " What you save will be compared with it first.";
  say(`${said}${more}`, choice);
}

function readSoon() {
  if (!rows || reading) {
    return;
  }
  const wait = Math.max(SETTLE, readLast + REST - Date.now()) + Math.random() * SETTLE;
  reading = setTimeout(async () => {
    await readList();
    reading = 0;
    readLast = Date.now();
  }, readLast ? wait : SETTLE);
}

// Rows that are shown are renewed where they stand, so that nothing moves under the pointer; new
// ones are announced and come when they are asked for.
async function readList() {
  const page = await readAgain(location.href);
  const fresh = page?.getElementById("list-rows");
  if (!fresh) {
    return;
  }
  swap("list-facets", page);
  swapWithin(".peel-pager", fresh);
  const shown = new Set();
  for (const row of rows.querySelectorAll("tr[data-record]")) {
    shown.add(row.dataset.record);
    const now = fresh.querySelector(`tr[data-record="${CSS.escape(row.dataset.record)}"]`);
    if (!now) {
      row.classList.add("peel-row--left");
      unseen.add(row.dataset.record);
    } else if (now.dataset.version !== row.dataset.version) {
      renew(row, now);
    }
  }
  for (const row of fresh.querySelectorAll("tr[data-record]")) {
    if (!shown.has(row.dataset.record)) {
      unseen.add(row.dataset.record);
    }
  }
  if (unseen.size) {
    offer(fresh);
  }
}

function renew(row, now) {
  const box = row.querySelector("input[type=checkbox]");
  const focused = row.contains(document.activeElement);
  const copy = document.adoptNode(now);
  const newBox = copy.querySelector("input[type=checkbox]");
  if (box && newBox) {
    newBox.checked = box.checked;
  }
  copy.classList.add("peel-row--fresh");
  row.replaceWith(copy);
  if (focused) {
    copy.querySelector("a, input, button")?.focus();
  }
}

function offer(fresh) {
  const several = unseen.size === 1 ? "1 record is new or has moved." : `${unseen.size} records are new or have moved.`;
  say(several, [["Show", () => {
    unseen.clear();
    rows.replaceChildren(...document.adoptNode(fresh).childNodes);
    document.body.dispatchEvent(new CustomEvent("peel:list", { detail: rows }));
    clear();
    rows.querySelector("tbody a")?.focus();
  }]]);
}

function swap(id, page) {
  const now = page.getElementById(id);
  const then = document.getElementById(id);
  if (now && then && !then.contains(document.activeElement)) {
    then.replaceChildren(...now.childNodes);
  }
}

function swapWithin(selector, fresh) {
  const then = rows.querySelectorAll(selector);
  fresh.querySelectorAll(selector).forEach((now, at) => {
    if (then[at] && !then[at].contains(document.activeElement)) {
      then[at].replaceChildren(...[...now.cloneNode(true).childNodes]);
    }
  });
}

async function readAgain(address) {
  try {
    const answer = await fetch(address, { headers: { Accept: "text/html" }, cache: "no-store" });
    return answer.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
  } catch {
    return null;
  }
}

function say(text, choices) {
  clear();
  const line = document.createElement("p");
  line.className = "peel-news__words";
  line.textContent = text;
  news.append(line);
  for (const [label, act] of choices) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "govuk-button govuk-button--secondary peel-news__act";
    button.textContent = label;
    button.addEventListener("click", act);
    news.append(button);
  }
  news.classList.add("peel-news--said");
}

function clear() {
  news.replaceChildren();
  news.classList.remove("peel-news--said");
}

function reload() {
  location.reload();
}

document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
addEventListener("pagehide", close);
addEventListener("pageshow", open);
open();
