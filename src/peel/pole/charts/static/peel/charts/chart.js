// The link chart of a page: asks the server for steps, and joins picture, time line and table.

const root = document.querySelector("[data-chart]");
const find = (name) => root.querySelector(`[data-${name}]`);
const [{ State }, { Canvas }, { Table }, { TimeLine }] = await Promise.all(["state", "canvas", "table", "timeline"].map((name) => import(root.dataset[name])));
const picture = JSON.parse(document.getElementById("chart-picture").textContent);
const state = new State();
let saved = picture.saved;

const say = (words) => { find("said").textContent = words; };
const plural = (count, one, many = `${one}s`) => `${count.toLocaleString("en-GB")} ${count === 1 ? one : many}`;

async function ask(address, sent) {
  let answer;
  try {
    answer = await fetch(address, { method: "POST", headers: { "Content-Type": "application/json", "X-CSRFToken": root.dataset.csrf }, body: JSON.stringify(sent) });
  } catch { throw new Error("Peel cannot be reached. What is drawn is kept here; try again."); }
  if (answer.redirected || !(answer.headers.get("Content-Type") || "").includes("json")) { throw new Error("You have been signed out, or may no longer do this. Sign in in another tab, then try again."); }
  const told = await answer.json();
  if (!answer.ok && answer.status !== 409) { throw new Error(told.message); }
  return { told, status: answer.status };
}
const step = async (sent) => (await ask(root.dataset.draw, { ...state.day, shown: [...state.nodes.keys()], ...sent })).told;

const chosen = (key) => (key ? [state.item(key)] : [...state.chosen].map((one) => state.item(one))).filter(Boolean);

async function expand(key) {
  const one = chosen(key)[0] || state.item(state.focus);
  if (!one) { say("Select a record first."); return; }
  const told = one.isGroup
    ? await step({ act: "members", of: one.of, type: one.type, way: one.way, kind: one.kind, place: one.place })
    : await step({ act: "expand", id: one.id });
  state.keep(one.isGroup ? "unfolding" : "expanding");
  const before = state.nodes.size;
  state.take(told, one);
  if (one.isGroup) {
    one.left = Math.max(0, one.left - told.nodes.length);
    one.place = told.next;
    one.short = `${one.left.toLocaleString("en-GB")} more: ${one.said}`;
    if (!told.next) { state.groups.delete(one.id); state.chosen.delete(one.id); if (state.focus === one.id) { state.focus = one.of; } }
  }
  state.changed();
  const added = state.nodes.size - before;
  say(`${plural(added, "record")} added, with ${plural(told.edges.length, "link")}${told.groups.length ? `, and ${told.groups.map((group) => group.said).join("; ")} folded` : ""}. ${plural(state.shown().nodes.length, "record")} on the chart.`);
}

function change(said, key, each) {
  const them = chosen(key).filter((one) => !one.isGroup);
  if (!them.length) { say("Select a record first."); return; }
  state.keep(said);
  them.forEach(each);
  state.changed();
  say(`${them.length === 1 ? them[0].title : plural(them.length, "record")}: ${said} done.`);
}

function annotate(box) {
  const words = find("words").value.trim();
  const them = chosen().filter((one) => !one.isGroup);
  if (!words || (box && !them.length)) { say(words ? "Select the records that the box is to hold." : "Write the words first."); return; }
  const colour = find("colour").value;
  state.keep(box ? "the box" : "the note");
  if (box) { state.boxes.push({ holds: them.map((one) => one.id), text: words, colour }); }
  else {
    const at = them[0] || { x: (canvas.wide / 2 - canvas.x) / canvas.k, y: (canvas.high / 2 - canvas.y) / canvas.k };
    state.notes.push({ x: at.x + 30, y: at.y - 34, text: words, colour, ...(them[0] && { on: them[0].id }) });
  }
  find("words").value = "";
  state.changed();
  say(box ? `A box “${words}” around ${plural(them.length, "record")}.` : `A note “${words}”${them[0] ? ` at ${them[0].title}` : ""}.`);
}

// A path uses the links that the chart shows: no type that is filtered out, and the dates of the time line.
const filtered = () => ({ without: [...state.filter.types], since: state.filter.first, until: state.filter.last });

async function path(key, reference) {
  const from = state.item(key) || state.nodes.get(state.centre) || chosen()[0];
  const told = await step({ act: "path", id: from.id, ...filtered(), ...reference });
  if (told.path.length) {
    state.keep("the path");
    state.take(told, from);
    state.chosen = new Set(told.path.filter((one) => state.nodes.has(one)));
    state.changed();
    canvas.fit();
  }
  say(told.path.length ? `${told.said} ${told.path.map((one) => state.nodes.get(one)?.title).join(", then ")}.` : told.said);
}

async function common(keys, by = {}) {
  if (keys.length < 2) { say("Select at least two records first."); return; }
  const told = await step({ act: "common", chosen: keys, ...filtered(), ...by });
  if (told.common.length) {
    state.keep("the common neighbours");
    state.take(told, state.nodes.get(keys[0]));
    state.chosen = new Set([...keys, ...told.common].filter((one) => state.nodes.has(one)));
    state.changed();
    canvas.fit();
  }
  say(`${told.said} ${told.common.slice(0, 5).map((one) => state.nodes.get(one)?.title).join("; ")}`);
}

// What the form beside the picture asks: a path, or what both ends are linked to.
async function askPath(form, show) {
  const text = form.elements.to.value;
  const by = { since: form.elements.since.value || state.filter.first, until: form.elements.until.value || state.filter.last, ...(form.elements.type.value && { type: [form.elements.type.value] }) };
  if (show !== "common") { await path(state.centre, { to_reference: text, ...by }); return; }
  const told = await step({ act: "named", to_reference: text });
  state.keep("the other record");
  state.take(told, state.nodes.get(state.centre));
  state.changed();
  await common([state.centre, told.centre], by);
}

async function save(asNew) {
  const fields = find("new");
  if (asNew && saved && fields.hidden) { fields.hidden = false; find("name").focus(); say("Give the new chart a title and a purpose, then save."); return; }
  const again = saved && !asNew && fields.hidden;
  const sent = again ? { reference: saved.reference, version: saved.version } : { name: find("name").value, purpose: find("purpose").value };
  const { told, status } = await ask(root.dataset.save, { ...sent, body: state.body() });
  if (status === 409) { conflict(told); return; }
  saved = told;
  state.dirty = false;
  fields.hidden = true;
  find("conflict").replaceChildren();
  history.replaceState(null, "", told.url);
  say(`Saved as ${told.reference}, version ${told.version}.`);
  if (!again) { location.assign(told.url); }
}

function conflict(told) {
  const place = find("conflict");
  const words = document.createElement("p");
  words.textContent = `${told.message} On theirs alone: ${told.only_theirs.join(", ") || "nothing"}. On yours alone: ${plural(told.only_mine, "record")}.`;
  const button = (text, act) => { const made = document.createElement("button"); made.type = "button"; made.textContent = text; made.addEventListener("click", act); return made; };
  place.replaceChildren(words, button("Show theirs", () => {
    state.keep("showing theirs");
    for (const map of [state.nodes, state.edges, state.groups]) { map.clear(); }
    saved = told.picture.saved;
    state.take(told.picture);
    place.replaceChildren();
    state.changed();
    say("This is how it was saved. Undo brings yours back.");
  }), " ", button("Save mine over it", () => { saved = { ...saved, version: told.version }; place.replaceChildren(); run("save"); }));
  say(words.textContent);
}

async function another(on, compare) {
  const day = { on, compare: Boolean(on) && compare };
  const told = await step({ act: "again", ...day, folded: [...new Set([...state.groups.values()].map((one) => one.of))] });
  state.keep("looking at another day");
  state.day = day;
  state.edges.clear();
  const counted = told.groups;
  state.take({ ...told, groups: [] });
  state.recount(counted);
  state.changed();
  const marks = [...state.edges.values()].reduce((sum, edge) => ({ ...sum, [edge.mark]: (sum[edge.mark] || 0) + 1 }), {});
  say(on ? `${day.compare ? `Since then ${plural(marks.added || 0, "link")} added, ${marks.ended || 0} ended` : `As it stood at the end of ${on}`}. ${plural(state.edges.size, "link")}.` : "As it stands now.");
}

async function layOut(kind) {
  if (!kind) { return; }
  state.keep("the layout");
  say("Laying out …");
  await canvas.layout(kind);
  state.changed();
  canvas.fit();
  say("Laid out.");
}

const acts = {
  expand, save: () => save(false), copy: () => save(true), fit: () => canvas.fit(),
  undo: () => { const said = state.undo(); say(said ? `Undone: ${said}.` : "Nothing to undo."); },
  redo: () => { const said = state.redo(); say(said ? `Done again: ${said}.` : "Nothing to do again."); },
  larger: () => canvas.zoom(1.3), smaller: () => canvas.zoom(1 / 1.3),
  pin: (key) => change("pinning", key, (one) => { one.pinned = !one.pinned; }),
  hide: (key) => change("hiding", key, (one) => { one.hidden = true; state.chosen.delete(one.id); if (state.focus === one.id) { state.focus = ""; } }),
  choose: (key) => canvas.choose(state.item(key || state.focus), true),
  clear: () => { state.chosen.clear(); state.changed(false); say("Nothing is selected."); },
  all: () => { for (const one of state.shown().items) { state.chosen.add(one.id); } state.changed(false); say(`${plural(state.chosen.size, "item")} selected.`); },
  group: (key) => { state.keep("grouping"); const count = chosen(key).reduce((sum, one) => sum + (one.isGroup ? 0 : state.fold(one.id)), 0); state.changed(); say(count ? `${plural(count, "record")} folded.` : "Nothing here hangs on the selected record alone."); },
  ungroup: async (key) => { for (const one of chosen(key)) { for (const group of one.isGroup ? [one] : [...state.groups.values()].filter((each) => each.of === one.id)) { await expand(group.id); } } },
  note: () => annotate(false), box: () => annotate(true),
  path: (key) => { const [other] = [...state.chosen].filter((one) => one !== key); return path(key, { to: other && state.nodes.has(other) ? other : state.centre }); },
  common: () => common([...state.chosen].filter((one) => state.nodes.has(one))),
  when: () => another(find("on").value, find("compare").checked), now: () => { find("on").value = ""; return another("", false); },
};

async function run(name, key) {
  try { await acts[name](key); } catch (problem) { say(problem.message); }
}

const canvas = new Canvas(find("view"), state, { painter: root.dataset.painter, scripts: root.dataset.layout.split(" ").map((one) => new URL(one, location.href).href), act: run, say });
const table = new Table(find("rows"), state, run);
const time = new TimeLine(find("time"), state);

// Boxes to tick: which types of link and kinds of record are drawn; and what was hidden or written.
function choices() {
  const sets = [["Links", "types", [...state.edges.values(), ...state.groups.values()].map((one) => [one.type, one.forward || one.type.replaceAll("_", " ")])], ["Records", "kinds", [...state.nodes.values()].map((one) => [one.kind, one.noun])]];
  const held = document.activeElement?.closest("[data-filter]") && document.activeElement.value;
  find("filter").replaceChildren(...sets.map(([title, name, pairs]) => {
    const set = document.createElement("fieldset");
    const legend = document.createElement("legend");
    legend.textContent = title;
    set.append(legend, ...[...new Map(pairs.reverse())].sort((a, b) => a[1].localeCompare(b[1])).map(([value, words]) => {
      const label = document.createElement("label");
      const box = document.createElement("input");
      Object.assign(box, { type: "checkbox", value, checked: !state.filter[name].has(value) });
      box.addEventListener("change", () => { state.filter[name][box.checked ? "delete" : "add"](value); state.changed(); say(`${plural(state.shown().nodes.length, "record")} and ${plural(state.shown().edges.length, "link")} shown.`); });
      label.className = "peel-chart__tick";
      label.append(box, ` ${words}`);
      return label;
    }));
    return set;
  }));
  if (held) { find("filter").querySelector(`input[value="${CSS.escape(held)}"]`)?.focus(); }
  const line = (words, label, act) => { const item = document.createElement("p"); const button = document.createElement("button"); button.type = "button"; button.textContent = label; button.addEventListener("click", act); item.append(`${words} `, button); return item; };
  const drop = (list, one, said) => () => { state.keep(said); state[list] = state[list].filter((each) => each !== one); state.changed(); };
  const hidden = [...state.nodes.values()].filter((one) => one.hidden);
  find("hidden").replaceChildren(
    ...hidden.slice(0, 50).map((one) => line(`${one.reference} ${one.title}`, "Show again", () => { state.keep("showing"); one.hidden = false; state.changed(); })),
    ...state.notes.map((one) => line(`Note: ${one.text}`, "Take away", drop("notes", one, "taking a note away"))),
    ...state.boxes.map((one) => line(`Box: ${one.text}`, "Take away", drop("boxes", one, "taking a box away"))),
    ...(hidden.length + state.notes.length + state.boxes.length ? [] : ["Nothing is hidden or noted."]),
  );
}

let later = 0;
state.onChange((layout) => {
  canvas.draw();
  canvas.mark();
  find("legend-compare").hidden = !state.day.compare;
  const them = chosen();
  find("chosen").textContent = them.length ? them.slice(0, 3).map((one) => one.title || one.said).join(", ") + (them.length > 3 ? ` and ${them.length - 3} more` : "") : "Nothing is selected.";
  for (const [name, list] of [["undo", state.past], ["redo", state.future]]) {
    const button = root.querySelector(`[data-do="${name}"]`);
    // A button that has the focus and is disabled would lose it.
    button.disabled = !list.length && document.activeElement !== button;
    button.title = list.length ? `${name === "undo" ? "Undo" : "Do again"} ${list.at(-1).said}` : "";
  }
  clearTimeout(later);
  // What is read rather than watched follows when the picture is at rest.
  later = setTimeout(() => { table.draw(); if (layout) { time.draw(); choices(); } root.dataset.settled = String(Number(root.dataset.settled || 0) + 1); }, 60);
});

root.addEventListener("click", (event) => { const button = event.target.closest("[data-do]"); if (button) { run(button.dataset.do); } });
root.addEventListener("change", (event) => { if (event.target.dataset.doChange === "layout") { const kind = event.target.value; event.target.value = ""; layOut(kind).catch((problem) => say(problem.message)); } });
find("path")?.addEventListener("submit", (event) => { event.preventDefault(); askPath(event.target, event.submitter?.value).catch((problem) => say(problem.message)); });
addEventListener("beforeunload", (event) => { if (state.dirty && root.dataset.maySave && (saved || state.notes.length || state.boxes.length)) { event.preventDefault(); } });

const taking = find("export-form");
if (taking) {
  taking.hidden = false;
  find("png").hidden = false;
  taking.addEventListener("submit", (event) => { event.preventDefault(); take(event.submitter.value).catch((problem) => say(problem.message)); });
}

// The file is made by the server, which names every record on it in the ledger; a PNG is its SVG, painted.
async function take(form) {
  const sent = new FormData(taking);
  sent.set("form", form);
  sent.set("body", JSON.stringify(state.body()));
  sent.set("name", saved?.name || document.querySelector("h1")?.textContent || "");
  if (state.day.on) { sent.set("on", state.day.on); if (state.day.compare) { sent.set("compare", "1"); } }
  const answer = await fetch(root.dataset.export, { method: "POST", headers: { "X-CSRFToken": root.dataset.csrf }, body: sent });
  const name = /filename="([^"]+)"/.exec(answer.headers.get("Content-Disposition") || "")?.[1];
  if (!answer.ok || !name) { throw new Error("This could not be taken out. Sign in again if you were signed out."); }
  let file = await answer.blob();
  if (form === "png") { file = await painted(await file.text()); }
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = form === "png" ? name.replace(/svg$/, "png") : name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  say(`Taken out as ${link.download}.`);
}

async function painted(svg) {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const scale = Math.min(2, 8000 / Math.max(image.width, image.height));
  const board = Object.assign(document.createElement("canvas"), { width: image.width * scale, height: image.height * scale });
  board.getContext("2d").drawImage(image, 0, 0, board.width, board.height);
  return new Promise((done) => { board.toBlob(done, "image/png"); });
}

for (const name of ["tools", "picture"]) { find(name).hidden = false; }
state.take(picture);
if (picture.told) { state.chosen = new Set(picture.told); }
state.centre ||= picture.nodes[0]?.id || "";
state.changed();
canvas.fit();
root.dataset.ready = "1";
root.chart = { state, canvas };
