// The page's own script. What is typed is written to this browser before it is sent, and taken out
// only when the server says that it is kept: neither a dead server nor a closed page loses a line,
// and the same key on every try means that none is counted twice.

const byId = (id) => document.getElementById(id);
const { who } = document.body.dataset;
const [log, lines, composer, text, told, below] =
  ["log", "lines", "composer", "text", "told", "below"].map(byId);
const away = document.querySelector(".away");
const AWAY = "Fifteen is away. What you send is kept here and goes out when it is back.";
const LONGEST = 20000;
const draft = `fifteen-draft/${who}`;

// --- what waits to be sent: one entry each, so that two tabs never overwrite each other -----------

const shelf = `fifteen/${who}/`;
let [sending, counted, tries, timer] = [false, 0, 0, 0];

// A line's slot names its event: so the page knows its own lines when they come back.
const slotOf = (item) => `said:web:${who}:${item.fields.key}`;
const find = (slot) => lines.querySelector(`[data-slot="${CSS.escape(slot)}"]`);

function waiting() {
  const names = Object.keys(localStorage).filter((name) => name.startsWith(shelf)).sort();
  return names.map((name) => ({ name, ...JSON.parse(localStorage.getItem(name)) }));
}

function keep(path, fields) {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  const key = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const item = { path, fields: { ...fields, key, who } };
  const name = `${shelf}${Date.now()}-${String(counted++).padStart(6, "0")}`;
  localStorage.setItem(name, JSON.stringify(item));
  if (path === "/say") showBubble(item);
  flush();
}

async function flush() {
  if (sending) return;
  sending = true;
  clearTimeout(timer);
  try {
    for (let item = waiting()[0]; item; item = waiting()[0]) {
      const answer = await post(item);
      if (answer.again) return later(answer.message);
      localStorage.removeItem(item.name);
      tries = 0;
      if (answer.message) refused(item, answer.message);
      else settled(item);
    }
    tell("");
  } finally {
    sending = false;
  }
}

async function post(item) {
  try {
    const answer = await fetch(item.path, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify(item.fields),
      signal: AbortSignal.timeout(15000),
    });
    if (answer.ok) return {};
    const words = await answer.text();
    const again = answer.status >= 500 || [401, 409].includes(answer.status);
    return { again, message: words.startsWith("{") ? JSON.parse(words).message : words };
  } catch {
    return { again: true, message: AWAY };
  }
}

function later(message) {
  tell(message);
  for (const bubble of lines.querySelectorAll("[data-waiting]")) mark(bubble, "Not sent yet", true);
  timer = setTimeout(flush, Math.min(500 * 2 ** tries++, 8000));
}

function settled(item) {
  const line = find(slotOf(item));
  if (line && "waiting" in line.dataset) mark(line, "Sent", false);
  setTimeout(release, 1500);
}

function refused(item, message) {
  told.textContent = message;
  release();
  if (item.path === "/say") takeBack(item);
}

function release() {
  const pressedOnes = waiting().length ? [] : document.querySelectorAll("button[disabled]");
  for (const button of pressedOnes) button.disabled = false;
}

function takeBack(item) {
  localStorage.removeItem(item.name);
  find(slotOf(item))?.remove();
  text.value ||= item.fields.text;
  text.focus();
  showEmpty();
}

function showBubble(item) {
  const bubble = byId("bubble").content.firstElementChild.cloneNode(true);
  bubble.dataset.slot = slotOf(item);
  bubble.querySelector("p").textContent = item.fields.text;
  lines.append(bubble);
  showEmpty();
  log.scrollTop = log.scrollHeight;
}

function mark(bubble, state, choices) {
  bubble.querySelector(".state").textContent = state;
  bubble.querySelector(".choices").hidden = !choices;
}

// The same words are not written twice: a screen reader would read them out at every try.
function tell(words) {
  if (away.textContent !== words) away.textContent = words;
  away.hidden = !words;
}

const showEmpty = () => { byId("empty").hidden = lines.children.length > 0; };

// --- what comes from the server ----------------------------------------------------------------------

let seen = Number(document.body.dataset.seq);
let pressed = { slot: "", sign: "" };

function listen() {
  const source = new EventSource(`/events?who=${encodeURIComponent(who)}&after=${seen}`);
  source.addEventListener("open", () => { tries = 0; flush(); });
  source.addEventListener("line", (event) => {
    seen = Math.max(seen, Number(event.lastEventId));
    place(JSON.parse(event.data).html);
  });
  source.addEventListener("shift", (event) => showShift(JSON.parse(event.data).shift));
  source.addEventListener("reload", () => location.reload());
  source.addEventListener("error", () => {
    tell(AWAY);
    if (source.readyState === EventSource.CLOSED) setTimeout(listen, 2000);
  });
}

function place(html) {
  const fresh = new DOMParser().parseFromString(html, "text/html").body.firstElementChild;
  const { slot, seq, position } = fresh.dataset;
  const old = find(slot);
  if (old && Number(old.dataset.seq ?? -1) >= Number(seq)) return;
  if (old && "waiting" in old.dataset) return adopt(old, fresh);
  const follows = nearEnd();
  if (old?.dataset.position === position) {
    swap(old, fresh);
    if (pressed.slot === slot) showTop(fresh);
    return;
  }
  old?.remove();
  const isLater = (line) => !(Number(line.dataset.position) < Number(position));
  lines.insertBefore(fresh, [...lines.children].find(isLater) ?? null);
  showEmpty();
  if (follows) showTop(fresh);
  else below.hidden = false;
}

// The line typed here stays the element it is: a new one would be read out a second time.
function adopt(bubble, fresh) {
  delete bubble.dataset.waiting;
  Object.assign(bubble.dataset, fresh.dataset);
  bubble.replaceChildren(...fresh.children);
}

function nearEnd() {
  const last = lines.lastElementChild;
  return !last || last.getBoundingClientRect().top < log.getBoundingClientRect().bottom;
}

// A tall card is shown from its top, where the words to say are, with the line above it if it fits.
function showTop(card) {
  const room = log.getBoundingClientRect();
  const { top, bottom } = card.getBoundingClientRect();
  if (top >= room.top && bottom <= room.bottom) return;
  const line = card.previousElementSibling?.getBoundingClientRect().top ?? top;
  const start = bottom - line + 14 < room.height ? line : top;
  log.scrollTop += start - room.top - 12;
}

// Replaces a card and keeps what the reader was doing in it: focus, More, ticks, half-filled fields.
function swap(old, fresh) {
  const inside = old.contains(document.activeElement);
  const unfocused = document.activeElement === document.body && pressed.slot === old.dataset.slot;
  const held = inside ? sign(document.activeElement) : unfocused ? pressed.sign : "";
  const more = fresh.querySelector("details");
  if (more) more.open = old.querySelector("details")?.open ?? false;
  for (const box of old.querySelectorAll("[data-step]:checked")) {
    const same = fresh.querySelector(`[data-step="${CSS.escape(box.dataset.step)}"]`);
    if (same) same.checked = true;
  }
  const asked = (card) => card.querySelector(".questions [name=tap]")?.value;
  if (asked(old) === asked(fresh)) restore(old, fresh);
  old.replaceWith(fresh);
  if (!held) return;
  const controls = [...fresh.querySelectorAll("button, input, textarea, summary")];
  (controls.find((one) => sign(one) === held) ?? fresh).focus({ preventScroll: true });
}

function restore(old, fresh) {
  for (const field of old.querySelectorAll(".questions [name^='f.']")) {
    for (const twin of fresh.querySelectorAll(`[name="${CSS.escape(field.name)}"]`)) {
      if (field.type !== "radio") twin.value = field.value;
      else if (twin.value === field.value) twin.checked = field.checked;
    }
  }
}

// How a control is known again in the card that replaces its own; a disabled one loses its focus.
function sign(one) {
  return [one.tagName, one.name, one.value, one.dataset.step].join("|");
}

function showShift(shift) {
  for (const button of document.querySelectorAll(".shift button")) {
    button.setAttribute("aria-pressed", String(button.value === shift));
    button.disabled = false;
  }
}

// --- what the person does --------------------------------------------------------------------------

document.addEventListener("submit", (event) => {
  const path = event.target.getAttribute("action");
  if (!["/say", "/tap", "/form"].includes(path)) return;
  event.preventDefault();
  told.textContent = "";
  if (event.target === composer) return sendTyped();
  const button = event.submitter ?? event.target.querySelector("button");
  keep(path, Object.fromEntries(new FormData(event.target, button)));
  pressed = { slot: button.closest(".card")?.dataset.slot ?? "", sign: sign(button) };
  button.disabled = true;
});

function sendTyped() {
  const typed = text.value;
  const length = typed.length.toLocaleString("en");
  if (!typed.trim()) {
    told.textContent = "Nothing was typed. Write in a few words what happened.";
  } else if (typed.length > LONGEST) {
    told.textContent = `That is ${length} characters. Up to 20,000 fit: send the first part.`;
  } else {
    keep("/say", { text: typed });
    text.value = "";
    sessionStorage.removeItem(draft);
  }
  text.focus();
}

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("textarea, input:not([type=radio], [type=checkbox])");
  const free = !event.ctrlKey && !event.metaKey && !event.altKey;
  if (event.key === "/" && !typing && free) {
    text.focus();
  } else if (event.target === text && event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    composer.requestSubmit();
  } else if (event.target === text && event.key === "ArrowUp" && !text.value) {
    text.value = [...lines.querySelectorAll(".said p")].at(-1)?.textContent ?? "";
  } else {
    return;
  }
  event.preventDefault();
});

document.addEventListener("click", ({ target }) => {
  if (target.matches("[data-example]")) {
    text.value = target.textContent;
    text.focus();
  } else if (target.matches("[data-retry]")) {
    flush();
  } else if (target.matches("[data-take-back]")) {
    const { slot } = target.closest(".said").dataset;
    waiting().filter((item) => slotOf(item) === slot).forEach(takeBack);
  } else if (target.closest("#below")) {
    log.scrollTop = log.scrollHeight;
    showTop(lines.lastElementChild);
    below.hidden = true;
  }
});

text.addEventListener("input", () => sessionStorage.setItem(draft, text.value));
log.addEventListener("scroll", () => { below.hidden ||= nearEnd(); }, { passive: true });

text.value ||= sessionStorage.getItem(draft) ?? "";
for (const item of waiting()) {
  if (find(slotOf(item))) localStorage.removeItem(item.name);
  else if (item.path === "/say") showBubble(item);
}
log.scrollTop = log.scrollHeight;
if (lines.lastElementChild) showTop(lines.lastElementChild);
listen();
