// The page's own script. What is typed is written to this browser before it is sent, and taken out
// only when the server says that it is kept: neither a dead server nor a closed page loses a line,
// and the same key on every try means that none is counted twice.

const who = document.body.dataset.who;
const log = document.getElementById("log");
const lines = document.getElementById("lines");
const composer = document.getElementById("composer");
const text = document.getElementById("text");
const told = document.getElementById("told");
const away = document.querySelector(".away");
const below = document.getElementById("below");
const LONGEST = 20000;
const shelf = `fifteen/${who}/`;
const draft = `fifteen-draft/${who}`;

// --- what waits to be sent ---------------------------------------------------------------------

let counted = 0;
let sending = false;
let tries = 0;
let timer = 0;

const waiting = () =>
  Object.keys(localStorage).filter((name) => name.startsWith(shelf)).sort()
    .map((name) => ({ name, ...JSON.parse(localStorage.getItem(name)) }));

function freshKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function keep(path, fields) {
  const key = freshKey();
  const order = `${Date.now()}-${String(counted++).padStart(6, "0")}`;
  localStorage.setItem(shelf + order, JSON.stringify({ path, fields: { ...fields, key, who } }));
  if (path === "/say") showBubble(key, fields.text);
  flush();
}

async function flush() {
  if (sending) return;
  sending = true;
  clearTimeout(timer);
  try {
    for (let next = waiting()[0]; next; next = waiting()[0]) {
      const answer = await post(next);
      if (answer.again) return later(next, answer);
      localStorage.removeItem(next.name);
      tries = 0;
      if (answer.refused) refuse(next, answer.message);
      else settle(next);
    }
    say("");
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
    const { message } = await answer.json().catch(() => ({ message: `The server answered ${answer.status}.` }));
    const again = answer.status >= 500 || answer.status === 401 || answer.status === 409;
    return { again, refused: !again, message };
  } catch {
    return { again: true, message: "Fifteen is away. What you send is kept here and goes out when it is back." };
  }
}

function later(item, { message }) {
  say(message);
  for (const bubble of lines.querySelectorAll("[data-waiting]")) mark(bubble, "Not sent yet", true);
  timer = setTimeout(flush, Math.min(500 * 2 ** tries++, 8000));
}

function settle(item) {
  const bubble = bubbleOf(item.fields.key);
  if (bubble) mark(bubble, "Sent", false);
  setTimeout(() => release(item), 1500);
}

function refuse(item, message) {
  told.textContent = message;
  release(item);
  if (item.path === "/say") takeBack(item);
}

function release(item) {
  for (const button of document.querySelectorAll("button[disabled]")) {
    if (button.value === item.fields.tap || button.value === item.fields.text || item.path === "/form") button.disabled = false;
  }
}

function takeBack(item) {
  bubbleOf(item.fields.key)?.remove();
  localStorage.removeItem(item.name);
  if (!text.value) text.value = item.fields.text;
  text.focus();
  hideEmpty();
}

const slotOf = (key) => `web:${who}:${key}`;
const find = (slot) => lines.querySelector(`[data-slot="${CSS.escape(slot)}"]`);
const bubbleOf = (key) => lines.querySelector(`[data-waiting][data-slot="${CSS.escape(slotOf(key))}"]`);

function showBubble(key, words) {
  const bubble = document.getElementById("bubble").content.cloneNode(true).firstElementChild;
  bubble.dataset.slot = slotOf(key);
  bubble.querySelector("p").textContent = words;
  lines.append(bubble);
  hideEmpty();
  log.scrollTop = log.scrollHeight;
}

function mark(bubble, state, choices) {
  bubble.querySelector(".state").textContent = state;
  bubble.querySelector(".choices").hidden = !choices;
}

function say(words) {
  if (away.textContent !== words) away.textContent = words;
  away.hidden = !words;
}

const hideEmpty = () => { document.getElementById("empty").hidden = lines.children.length > 0; };

// --- what comes from the server ------------------------------------------------------------------

let seen = Number(document.body.dataset.seq);
let touched = "";

function listen() {
  const source = new EventSource(`/events?who=${encodeURIComponent(who)}&after=${seen}`);
  source.addEventListener("open", () => { say(""); tries = 0; flush(); });
  source.addEventListener("line", (event) => {
    seen = Math.max(seen, Number(event.lastEventId));
    place(JSON.parse(event.data).html);
  });
  source.addEventListener("shift", (event) => showShift(JSON.parse(event.data).shift));
  source.addEventListener("reload", () => location.reload());
  source.addEventListener("error", () => {
    say("Fifteen is away. What you send is kept here and goes out when it is back.");
    if (source.readyState === EventSource.CLOSED) setTimeout(listen, 2000);
  });
}

function place(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  const fresh = holder.content.firstElementChild;
  const old = find(fresh.dataset.slot);
  if (old && Number(old.dataset.seq ?? -1) >= Number(fresh.dataset.seq)) return;
  const follows = nearEnd();
  if (old && old.dataset.position === fresh.dataset.position) {
    swap(old, fresh);
    if (touched === fresh.dataset.slot) showTop(fresh);
    return;
  }
  old?.remove();
  const next = [...lines.children].find((line) => !line.dataset.position || Number(line.dataset.position) > Number(fresh.dataset.position));
  lines.insertBefore(fresh, next ?? null);
  hideEmpty();
  if (follows) showTop(fresh);
  else below.hidden = false;
}

function nearEnd() {
  const last = lines.lastElementChild;
  return !last || last.getBoundingClientRect().top < log.getBoundingClientRect().bottom;
}

// A tall card is shown from its top, where the words to say are, not from its end.
function showTop(card) {
  const room = log.getBoundingClientRect();
  const place = card.getBoundingClientRect();
  if (place.top >= room.top && place.bottom <= room.bottom) return;
  const before = card.previousElementSibling?.getBoundingClientRect();
  const start = before && before.height < room.height / 4 && place.height + before.height < room.height ? before.top : place.top;
  log.scrollTop += Math.min(start - room.top - 12, log.scrollHeight);
}

// Replaces a card and keeps what the reader was doing in it: focus, More, ticks, half-filled fields.
function swap(old, fresh) {
  const held = old.contains(document.activeElement) ? sign(document.activeElement) : lostFocus === old ? lostSign : "";
  const opened = old.querySelector("details")?.open;
  if (opened && fresh.querySelector("details")) fresh.querySelector("details").open = true;
  for (const box of old.querySelectorAll("[data-step]:checked")) {
    const same = fresh.querySelector(`[data-step="${CSS.escape(box.dataset.step)}"]`);
    if (same) same.checked = true;
  }
  const same = old.querySelector("[name=tap]")?.value === fresh.querySelector("[name=tap]")?.value;
  for (const field of same ? old.querySelectorAll(".questions [name^='f.']") : []) restore(field, fresh);
  old.replaceWith(fresh);
  if (held) ([...fresh.querySelectorAll("button, input, textarea, summary")].find((one) => sign(one) === held) ?? fresh).focus({ preventScroll: true });
}

function restore(field, fresh) {
  for (const twin of fresh.querySelectorAll(`.questions [name="${CSS.escape(field.name)}"]`)) {
    if (field.type !== "radio") twin.value = field.value;
    else if (twin.value === field.value) twin.checked = field.checked;
  }
}

const sign = (one) => [one.tagName, one.name, one.value, one.dataset.step].join("|");
let lostFocus = null;
let lostSign = "";

function showShift(shift) {
  for (const button of document.querySelectorAll(".shift button")) {
    button.setAttribute("aria-pressed", String(button.value === shift));
    button.disabled = false;
  }
}

// --- what the person does --------------------------------------------------------------------------

document.addEventListener("submit", (event) => {
  const form = event.target;
  const path = form.getAttribute("action");
  if (!["/say", "/tap", "/form"].includes(path)) return;
  event.preventDefault();
  told.textContent = "";
  const fields = Object.fromEntries(new FormData(form, event.submitter));
  if (form === composer) return sendTyped();
  const card = form.closest(".card");
  touched = card?.dataset.slot ?? "";
  if (event.submitter) {
    lostFocus = card;
    lostSign = sign(event.submitter);
    event.submitter.disabled = true;
  }
  keep(path, fields);
});

function sendTyped() {
  const typed = text.value;
  if (!typed.trim()) return;
  if (typed.length > LONGEST) {
    told.textContent = `That is ${typed.length.toLocaleString()} characters. Up to ${LONGEST.toLocaleString()} fit: send the first part.`;
    return;
  }
  text.value = "";
  sessionStorage.removeItem(draft);
  keep("/say", { text: typed });
  text.focus();
}

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input:not([type=radio], [type=checkbox]), textarea");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    text.focus();
  } else if (event.target !== text) {
    return;
  } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    composer.requestSubmit();
  } else if (event.key === "ArrowUp" && !text.value) {
    event.preventDefault();
    text.value = [...lines.querySelectorAll(".said p")].at(-1)?.textContent ?? "";
  }
});

document.addEventListener("click", ({ target }) => {
  const item = () => waiting().find((one) => slotOf(one.fields.key) === target.closest(".said").dataset.slot);
  if (target.matches("[data-example]")) {
    text.value = target.textContent;
    text.focus();
  } else if (target.matches("[data-retry]")) {
    flush();
  } else if (target.matches("[data-take-back]")) {
    const kept = item();
    if (kept) takeBack(kept);
  } else if (target.closest("#below")) {
    lines.lastElementChild?.scrollIntoView({ block: "nearest" });
    below.hidden = true;
  }
});

text.addEventListener("input", () => sessionStorage.setItem(draft, text.value));
log.addEventListener("scroll", () => { if (nearEnd()) below.hidden = true; }, { passive: true });

text.value ||= sessionStorage.getItem(draft) ?? "";
for (const item of waiting()) {
  if (find(slotOf(item.fields.key))) localStorage.removeItem(item.name);
  else if (item.path === "/say") showBubble(item.fields.key, item.fields.text);
}
log.scrollTop = log.scrollHeight;
if (lines.lastElementChild) showTop(lines.lastElementChild);
listen();
flush();
