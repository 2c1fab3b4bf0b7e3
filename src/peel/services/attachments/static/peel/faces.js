// Draws the area of a face on a picture: by mouse or pen at once, by finger after the button, by the
// arrow keys when the picture has the focus. The numbers of the form are what is sent.

const SVG = "http://www.w3.org/2000/svg";
const LEAST = 0.5;
const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

function begin(photo, form) {
  const field = (name) => form.elements[name];
  const svg = photo.querySelector("svg");
  const rect = document.createElementNS(SVG, "rect");
  const button = form.querySelector("[data-draw] button");
  let from = null;
  let byFinger = false;
  rect.setAttribute("class", "peel-photo__new");
  svg.append(rect);
  form.querySelector("[data-hint]").hidden = false;
  form.querySelector("[data-draw]").hidden = !matchMedia("(any-pointer: coarse)").matches;
  photo.tabIndex = 0;
  photo.setAttribute("role", "application");
  photo.setAttribute("aria-label", "Area of a face: arrow keys move it, with Shift they change its size, Enter goes to the name");

  function area() {
    const [left, top, width, height] = ["left", "top", "width", "height"].map((name) => Number(field(name).value));
    return { left, top, width, height };
  }

  function show() {
    const { left, top, width, height } = area();
    rect.setAttribute("x", `${left}%`);
    rect.setAttribute("y", `${top}%`);
    rect.setAttribute("width", `${Math.max(0, width)}%`);
    rect.setAttribute("height", `${Math.max(0, height)}%`);
  }

  function put(left, top, width, height) {
    const wide = Math.min(100, Math.max(LEAST, width));
    const high = Math.min(100, Math.max(LEAST, height));
    const values = [Math.min(100 - wide, Math.max(0, left)), Math.min(100 - high, Math.max(0, top)), wide, high];
    // Whole tenths, cut and not rounded up, so that the far edge stays within the picture.
    ["left", "top", "width", "height"].forEach((name, at) => {
      field(name).value = (Math.floor(values[at] * 10 + 0.001) / 10).toFixed(1);
    });
    show();
  }

  function place(event) {
    const box = photo.getBoundingClientRect();
    const share = (value) => Math.min(100, Math.max(0, value * 100));
    return [share((event.clientX - box.left) / box.width), share((event.clientY - box.top) / box.height)];
  }

  function drawn(event) {
    const [x, y] = place(event);
    put(Math.min(x, from[0]), Math.min(y, from[1]), Math.abs(x - from[0]), Math.abs(y - from[1]));
  }

  photo.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || (event.pointerType === "touch" && !byFinger)) {
      return;
    }
    from = place(event);
    photo.setPointerCapture(event.pointerId);
    event.preventDefault();
  });
  photo.addEventListener("pointermove", (event) => from && drawn(event));
  photo.addEventListener("pointerup", (event) => {
    if (from) {
      drawn(event);
      from = null;
      finger(false);
      field("nominal").focus({ preventScroll: true });
    }
  });
  photo.addEventListener("pointercancel", () => {
    from = null;
  });
  photo.addEventListener("dragstart", (event) => event.preventDefault());

  photo.addEventListener("keydown", (event) => {
    const move = MOVES[event.key];
    if (event.key === "Enter") {
      event.preventDefault(); // or the same press would send the form
      field("nominal").focus();
    } else if (move) {
      const now = area();
      const { left, top, width, height } = now.width > 0 ? now : { left: 40, top: 40, width: 20, height: 20 };
      const [x, y] = now.width > 0 ? move : [0, 0];
      put(...(event.shiftKey ? [left, top, width + x, height + y] : [left + x, top + y, width, height]));
      event.preventDefault();
    }
  });

  function finger(on) {
    byFinger = on;
    photo.classList.toggle("peel-photo--drawing", on);
    button.setAttribute("aria-pressed", String(on));
  }
  button.addEventListener("click", () => finger(!byFinger));
  form.addEventListener("input", show);
  show();
}

const photo = document.querySelector("[data-peel-photo]");
const form = document.querySelector("[data-peel-mark]");
if (photo && form) {
  begin(photo, form);
}
