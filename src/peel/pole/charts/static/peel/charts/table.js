// The same chart as rows, a page at a time, each with buttons for all that can be done.

const PAGE = 40;
const LINKS = 8;

export class Table {
  constructor(rows, state, act) {
    Object.assign(this, { rows, state, act, page: 0 });
    rows.closest("table").querySelector("[data-acts-head]").hidden = false;
    this.pager = document.createElement("p");
    this.pager.className = "peel-chart__pager";
    rows.closest("table").after(this.pager);
    rows.addEventListener("click", (event) => {
      const button = event.target.closest("button[data-act]");
      if (button) { this.act(button.dataset.act, button.dataset.key); }
    });
    this.pager.addEventListener("click", (event) => {
      const by = Number(event.target.dataset.by || 0);
      if (by) { this.page += by; this.draw(); this.rows.querySelector("button")?.focus(); }
    });
  }

  draw() {
    const { nodes, groups } = this.state.shown();
    const order = [...nodes].sort((a, b) => (b.id === this.state.centre) - (a.id === this.state.centre) || (a.noun + a.title).localeCompare(b.noun + b.title));
    this.page = Math.max(0, Math.min(this.page, Math.ceil(order.length / PAGE) - 1));
    const held = this.rows.contains(document.activeElement) ? document.activeElement.dataset : null;
    const links = new Map();
    const some = order.slice(this.page * PAGE, (this.page + 1) * PAGE);
    const wanted = new Set(some.map((one) => one.id));
    for (const edge of this.state.shown().edges) {
      for (const [key, reading, end] of [[edge.from, edge.forward, edge.to], [edge.to, edge.backward, edge.from]]) {
        if (wanted.has(key)) { if (!links.has(key)) { links.set(key, []); } links.get(key).push([edge, reading, this.state.nodes.get(end)]); }
      }
    }
    this.rows.replaceChildren(...some.map((node) => this.row(node, links.get(node.id) || [], groups.filter((one) => one.of === node.id))));
    this.pager.replaceChildren();
    if (order.length > PAGE) {
      const last = Math.min((this.page + 1) * PAGE, order.length);
      this.pager.append(`${this.page * PAGE + 1} to ${last} of ${order.length} `, ...(this.page ? [this.button("Previous rows", { by: -1 })] : []), ...(last < order.length ? [this.button("Next rows", { by: 1 })] : []));
    }
    if (held?.act) { this.rows.querySelector(`button[data-act="${held.act}"][data-key="${CSS.escape(held.key)}"]`)?.focus(); }
  }

  button(words, data, about = "") {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = words;
    if (about) { const more = document.createElement("span"); more.className = "govuk-visually-hidden"; more.textContent = ` ${about}`; made.append(more); }
    Object.assign(made.dataset, data);
    return made;
  }

  row(node, links, groups) {
    const row = document.createElement("tr");
    row.setAttribute("role", "row");
    const head = document.createElement("th");
    head.scope = "row";
    head.setAttribute("role", "rowheader");
    const link = document.createElement("a");
    link.className = "peel-link";
    link.href = node.href;
    link.textContent = `${node.reference} ${node.title}`;
    const kind = document.createElement("span");
    kind.className = "peel-chart__kind";
    kind.textContent = [node.noun, node.members > 1 && `${node.members} records of one`, node.marking, node.restricted && "restricted", node.pinned && "pinned", this.state.chosen.has(node.id) && "selected", ...node.flags].filter(Boolean).join(", ");
    head.append(link, " ", kind);
    const list = document.createElement("ul");
    list.className = "peel-chart__links";
    const said = links.slice(0, LINKS).map(([edge, reading, other]) => {
      const notes = [edge.n > 1 && `${edge.n.toLocaleString("en-GB")} links`, !edge.sure && "unconfirmed", edge.mark].filter(Boolean);
      return `${reading} ${other.reference} ${other.title}${edge.dates ? `, ${edge.dates}` : ""}${notes.length ? ` (${notes.join(", ")})` : ""}`;
    });
    if (links.length > LINKS) { said.push(`and ${links.length - LINKS} more on the chart`); }
    list.append(...(said.length ? said : ["None on the chart"]).map((words) => { const item = document.createElement("li"); item.textContent = words; return item; }));
    const about = `${node.reference} ${node.title}`;
    const folded = groups.map((one) => this.button(`Unfold ${one.said}`, { act: "expand", key: one.id }));
    const acts = [["expand", "Expand"], ["pin", node.pinned ? "Unpin" : "Pin"], ["hide", "Hide"], ["choose", this.state.chosen.has(node.id) ? "Deselect" : "Select"], ["path", "Path to"], ["group", "Group"]];
    const buttons = acts.map(([act, words]) => this.button(words, { act, key: node.id }, about));
    row.append(head, ...[[list], folded, buttons].map((parts) => { const cell = document.createElement("td"); cell.setAttribute("role", "cell"); cell.append(...parts); return cell; }));
    return row;
  }
}
