// The page: who is there, whose chats are shown, and what comes in.

import { setClockZone, showClock } from "./clock.js";
import { Column } from "./column.js";
import { make } from "./message.js";
import { follow, post, setBusy } from "./server.js";
import { languageName, startPayload } from "./words.js";

const REMEMBERED = "simulator-columns";
const ACTION_LASTS = 5000;
const asked = new URLSearchParams(location.search);
const phone = matchMedia("(max-width: 719px)");
const columnsNode = document.getElementById("columns");
const peopleNode = document.getElementById("people");
const line = document.getElementById("line");

const people = new Map();
const columns = new Map();
const unread = new Map();
const actionTimers = new Map();
let username = "";
let open = [];
let current = null;
let begun = false;

function idsFrom(text) {
  return (text ?? "").split(",").map(Number).filter((id) => people.has(id));
}

function remembered() {
  try {
    return localStorage.getItem(REMEMBERED);
  } catch {
    return null; // storage may be switched off
  }
}

function remember() {
  try {
    localStorage.setItem(REMEMBERED, open.join(","));
  } catch {
    // then the columns are forgotten, no more
  }
}

function choose() {
  const person = Number(asked.get("person"));
  open = idsFrom(asked.get("people"));
  if (!open.length) open = idsFrom(remembered());
  if (!open.length) open = [...people.keys()].slice(0, Math.max(1, Math.min(3, Math.floor(innerWidth / 380))));
  if (people.has(person)) {
    open = open.includes(person) ? open : [person, ...open];
    current = person;
  }
  current ??= open[0] ?? null;
}

function layOut() {
  const shown = phone.matches ? [current].filter((id) => people.has(id)) : open;
  for (const id of shown) {
    if (!columns.has(id)) columns.set(id, newColumn(id));
    unread.delete(id);
  }
  const nodes = shown.map((id) => columns.get(id).node);
  const same = nodes.length === columnsNode.children.length
    && nodes.every((node, place) => node === columnsNode.children[place]);
  if (!same) {
    columnsNode.replaceChildren(...nodes);
    for (const id of shown) columns.get(id).toEnd();
  }
  if (!shown.length) columnsNode.replaceChildren(make("p", { class: "empty" }, "Choose somebody above, or add a person."));
  showPeople(shown);
}

function newColumn(id) {
  const column = new Column(people.get(id), username, () => toggle(id));
  column.onSettled = countPresses;
  return column;
}

function showPeople(shown) {
  const focused = document.activeElement?.dataset?.chip;
  peopleNode.replaceChildren(...[...people.values()].map((person) => {
    const isShown = shown.includes(person.id);
    const news = unread.get(person.id) ?? 0;
    const state = phone.matches ? { "aria-current": isShown ? "true" : null } : { "aria-pressed": String(isShown) };
    return make("li", {}, make("button", {
      type: "button", class: "chip", "data-chip": person.id, ...state, onclick: () => toggle(person.id),
      title: [languageName(person.language), person.note].filter(Boolean).join(" · "),
    },
    make("span", { class: `avatar small hue-${person.id % 6}`, "aria-hidden": "true" }, [...person.name][0] ?? "?"),
    make("span", { class: "chip-name", dir: "auto" }, person.name),
    person.language ? make("span", { class: "chip-language" }, person.language) : null,
    news ? make("span", { class: "badge" }, String(news), make("span", { class: "hidden" }, " new")) : null));
  }));
  if (phone.matches) {
    peopleNode.querySelector('[aria-current="true"]')?.scrollIntoView({ inline: "nearest", block: "nearest" });
  }
  if (focused) peopleNode.querySelector(`[data-chip="${focused}"]`)?.focus();
}

function toggle(id) {
  if (phone.matches) {
    current = id;
    if (!open.includes(id)) open.push(id);
  } else {
    open = open.includes(id) ? open.filter((other) => other !== id) : [...open, id];
    current = id;
  }
  remember();
  layOut();
  if (!phone.matches && open.includes(id)) columns.get(id).node.scrollIntoView({ inline: "nearest", block: "nearest" });
}

function countPresses() {
  let waiting = 0;
  for (const column of columns.values()) waiting += column.waiting.size;
  setBusy({ presses: waiting });
}

function known(facts) {
  const person = { messages: [], ...people.get(facts.id), ...facts };
  people.set(facts.id, person);
  columns.get(facts.id)?.update(facts);
  return person;
}

function keep(personId, message) {
  const person = people.get(personId);
  const place = person.messages.findIndex((other) => other.id === message.id);
  if (place >= 0) person.messages[place] = message;
  else person.messages.push(message);
  return place < 0;
}

const tellings = {
  state(event) {
    username = event.bot.username;
    setClockZone(event.people);
    document.getElementById("bot-username").textContent = `@${username}`;
    people.clear();
    for (const person of event.people) {
      people.set(person.id, person);
      columns.get(person.id)?.refresh(person);
    }
    if (!begun) {
      begun = true;
      choose();
      layOut();
      const payload = asked.get("start");
      if (payload !== null && columns.has(current)) columns.get(current).openLink(payload);
      if (asked.size) history.replaceState(null, "", "/");
    } else {
      layOut();
    }
    showClock(event.clock);
    setBusy({ connected: true, updates: event.pending });
  },
  person(event) {
    const isNew = !people.has(event.person.id);
    known(event.person);
    if (isNew && begun) layOut();
  },
  profile(event) {
    for (const person of event.people) known(person);
  },
  action(event) {
    known(event.person);
    clearTimeout(actionTimers.get(event.person.id));
    actionTimers.set(event.person.id, setTimeout(() => known({ id: event.person.id, action: "" }), ACTION_LASTS));
  },
  message(event) {
    const isNew = keep(event.person_id, event.message);
    known({ id: event.person_id, started: true, ...(event.message.from_bot ? { action: "" } : {}) });
    columns.get(event.person_id)?.show(event.message);
    if (!isNew || !event.message.from_bot) return;
    if (!columns.get(event.person_id)?.node.isConnected) {
      unread.set(event.person_id, (unread.get(event.person_id) ?? 0) + 1);
      layOut();
    }
  },
  deleted(event) {
    const person = people.get(event.person_id);
    person.messages = person.messages.filter((message) => message.id !== event.message_id);
    columns.get(event.person_id)?.remove(event.message_id);
  },
  press(event) {
    columns.get(event.person_id)?.pressed(event);
    countPresses();
  },
  answer(event) {
    const column = columns.get(event.person_id);
    column?.settle(event.press_id);
    if (event.text && event.show_alert) alertFor(event);
    else if (event.text) column?.say(event.text);
    const payload = event.url ? startPayload(event.url, username) : null;
    if (payload !== null) column?.openLink(payload);
  },
  updates(event) {
    setBusy({ updates: event.pending });
  },
  clock(event) {
    showClock(event.clock);
  },
};

function alertFor(event) {
  const dialog = document.getElementById("alert-dialog");
  document.getElementById("alert-title").textContent = `To ${people.get(event.person_id).name}`;
  document.getElementById("alert-text").textContent = event.text;
  if (!dialog.open) dialog.showModal();
}

const personDialog = document.getElementById("person-dialog");
document.getElementById("add-person").addEventListener("click", () => {
  personDialog.querySelector("form").reset();
  personDialog.showModal();
});
personDialog.querySelector("form").addEventListener("submit", async (event) => {
  const facts = Object.fromEntries(new FormData(event.target));
  try {
    const person = await post("/chat/people", facts);
    if (!people.has(person.id)) known(person);
    if (!open.includes(person.id)) toggle(person.id);
  } catch (error) {
    line.textContent = error.message;
  }
});
for (const button of document.querySelectorAll("[data-close]")) {
  button.addEventListener("click", () => button.closest("dialog").close());
}
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
phone.addEventListener("change", layOut);

follow(
  (event) => tellings[event.kind]?.(event),
  (connected) => {
    line.textContent = connected ? "" : "Connection lost, trying again …";
    line.toggleAttribute("data-lost", !connected);
  },
);
