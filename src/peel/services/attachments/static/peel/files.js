// Sends each chosen file by itself, with its progress; the form works as well without this.
const form = document.querySelector("[data-peel-files]");

const sizeInWords = (bytes) => {
  const units = ["bytes", "KB", "MB", "GB"];
  let at = 0;
  while (bytes >= 1024 && at < units.length - 1) { bytes /= 1024; at += 1; }
  return `${at ? bytes.toFixed(1) : bytes} ${units[at]}`;
};

const dropped = [];

const chosen = () => [...form.querySelectorAll("input[type=file]")].flatMap((input) => [...input.files]).concat(dropped);

const line = (name) => {
  const item = document.createElement("li");
  const words = document.createElement("span");
  const bar = document.createElement("progress");
  words.textContent = name;
  bar.max = 100;
  bar.value = 0;
  bar.setAttribute("aria-label", `Progress of ${name}`);
  item.append(words, bar);
  const list = form.querySelector("[data-sending]");
  list.hidden = false;
  list.append(item);
  return {
    progress: (part) => { bar.value = Math.round(part * 100); },
    done: () => { bar.remove(); words.textContent = `${name}: attached`; },
    wrong: (texts) => {
      bar.remove();
      words.className = "peel-sending__wrong";
      words.textContent = texts.join(" ");
    },
  };
};

const send = (file, shown) => new Promise((resolve) => {
  const most = Number(form.dataset.most);
  if (file.size > most) {
    shown.wrong([`${file.name} was not sent: it is ${sizeInWords(file.size)}, and the largest that Peel takes is ${sizeInWords(most)}.`]);
    resolve(false);
    return;
  }
  const data = new FormData(form);
  data.delete("file");
  data.append("file", file, file.name);
  const request = new XMLHttpRequest();
  request.open("POST", form.action);
  request.setRequestHeader("Accept", "application/json");
  request.upload.addEventListener("progress", (event) => { if (event.lengthComputable) shown.progress(event.loaded / event.total); });
  request.addEventListener("loadend", () => {
    let answer = { errors: [] };
    try { answer = JSON.parse(request.responseText); } catch { /* a page, not an answer: said below */ }
    if (request.status === 200 && answer.made) { shown.done(); resolve(true); return; }
    shown.wrong(answer.errors?.length ? answer.errors : [`${file.name} did not arrive. Check the connection and send it again.`]);
    resolve(false);
  });
  request.send(data);
});

const sendAll = async (files) => {
  const button = form.querySelector("button");
  const said = form.querySelector("[data-said]");
  button.disabled = true;
  let arrived = 0;
  form.querySelector("[data-sending]").replaceChildren();
  // One after the other: the line out of a car is narrow.
  for (const file of files) {
    said.textContent = `Sending ${file.name}`;
    if (await send(file, line(file.name))) arrived += 1;
  }
  button.disabled = false;
  said.textContent = `${arrived} of ${files.length} attached`;
  if (arrived === files.length) {
    window.location.assign(form.dataset.done);
    return;
  }
  dropped.length = 0;
  form.querySelectorAll("input[type=file]").forEach((input) => { input.value = ""; });
};

if (form) {
  const place = form.querySelector("[data-drop]");
  const hint = form.querySelector("[data-drop-hint]");
  hint.hidden = false;
  for (const name of ["dragenter", "dragover"]) {
    place.addEventListener(name, (event) => { event.preventDefault(); place.classList.add("peel-drop--over"); });
  }
  place.addEventListener("dragleave", () => place.classList.remove("peel-drop--over"));
  place.addEventListener("drop", (event) => {
    event.preventDefault();
    place.classList.remove("peel-drop--over");
    dropped.push(...event.dataTransfer.files);
    hint.textContent = `Dropped here: ${dropped.map((file) => file.name).join(", ")}`;
  });
  form.addEventListener("submit", (event) => {
    const files = chosen();
    if (!files.length) return;
    event.preventDefault();
    sendAll(files);
  });
}
