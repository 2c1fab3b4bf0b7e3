// Lets the browser make or use a passkey, and sends what it says with an ordinary form.

const SUPPORTED =
  "credentials" in navigator && typeof window.PublicKeyCredential === "function";
const TROUBLE = {
  InvalidStateError: "This device has a passkey for you already.",
  NotAllowedError: "No passkey was used. You may have cancelled, or it took too long. Try again.",
  SecurityError: "This browser does not use passkeys at this address.",
};
const OTHER = "The passkey could not be used. Try again, or use another way.";

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!SUPPORTED) continue;
  form.querySelector("[data-passkey-absent]").hidden = true;
  form.querySelector("[data-passkey-present]").hidden = false;
  form.addEventListener("submit", (event) => {
    if (form.elements.credential.value) return;
    event.preventDefault();
    if (form.reportValidity()) void use(form);
  });
}

async function use(form) {
  const says = form.querySelector("[data-passkey-says]");
  says.textContent = "";
  try {
    const options = await optionsOf(form);
    const making = form.dataset.passkey === "create";
    const made = making
      ? await navigator.credentials.create({ publicKey: toMake(options) })
      : await navigator.credentials.get({ publicKey: toUse(options) });
    form.elements.credential.value = JSON.stringify(plain(made));
    form.submit();
  } catch (error) {
    says.textContent = TROUBLE[error.name] ?? OTHER;
  }
}

async function optionsOf(form) {
  if (form.dataset.options) return JSON.parse(form.dataset.options).publicKey;
  const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(answer.statusText);
  return (await answer.json()).publicKey;
}

function toMake(options) {
  const others = (options.excludeCredentials ?? []).map(named);
  const user = { ...options.user, id: bytes(options.user.id) };
  return { ...options, challenge: bytes(options.challenge), user, excludeCredentials: others };
}

function toUse(options) {
  const ours = (options.allowCredentials ?? []).map(named);
  return { ...options, challenge: bytes(options.challenge), allowCredentials: ours };
}

function named(credential) {
  return { ...credential, id: bytes(credential.id) };
}

function plain(made) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature",
    "userHandle"]) {
    if (made.response[name]) response[name] = text(made.response[name]);
  }
  if (made.response.getTransports) response.transports = made.response.getTransports();
  return {
    id: made.id, rawId: text(made.rawId), type: made.type, response,
    authenticatorAttachment: made.authenticatorAttachment ?? undefined,
    clientExtensionResults: made.getClientExtensionResults(),
  };
}

function bytes(words) {
  const usual = words.replaceAll("-", "+").replaceAll("_", "/");
  return Uint8Array.from(atob(usual), (letter) => letter.charCodeAt(0));
}

function text(buffer) {
  const letters = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
