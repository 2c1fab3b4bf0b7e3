// Says how long a recording lasts, and why a browser that cannot play it does not.

const said = document.querySelector("[data-peel-lasts]");
const player = document.querySelector(".peel-film, .peel-sound");

function clock(seconds) {
  const whole = Math.round(seconds);
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const [hours, ...rest] = parts.map((each) => String(each).padStart(2, "0"));
  return Number(hours) ? [hours, ...rest].join(":") : rest.join(":");
}

function tell() {
  if (Number.isFinite(player.duration)) {
    said.textContent = `Lasts ${clock(player.duration)}.`;
  }
}

if (said && player) {
  player.addEventListener("durationchange", tell);
  player.addEventListener("error", () => {
    said.textContent = "This browser cannot play it. Download it instead.";
  });
  tell();
}
