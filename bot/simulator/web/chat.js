// The page: who is there, whose chats are shown, and what comes in.

import { phone, showChips } from "./bar.js";
import { setClockZone, showClock } from "./clock.js";
import { GroupColumn } from "./group.js";
import { chooseGroup, newGroup } from "./groupdialogs.js";
import { make } from "./nodes.js";
import { PersonColumn } from "./person.js";
import { follow, post, setBusy } from "./server.js";
import { startPayload } from "./words.js";

const REMEMBERED = "simulator-columns";
const SPEAKERS = "simulator-speakers";
const ACTION_LASTS = 5000;
const asked = new URLSearchParams(location.search);
const columnsNode = document.getElementById("columns");
const line = document.getElementById("line");

const people = new Map();
const groups = new Map();
const columns = new Map();
const unread = new Map();
const actionTimers = new Map();
const groupListeners = new Set();
// A message can come before the news of its group.
const early = new Map();
let open = [];
let current = null;
let begun = false;

// What the columns share.
const world = {
  people, groups, username: "", botId: 0, speakers: new Map(),
  openColumn: (id) => reveal(id),
  closeColumn: (id) => toggle(id),
  knowGroup,
  showGroup,
  openInPrivate,
  addToGroup: (personId, link) => chooseGroup(world, personId, link),
  rememberSpeaker(groupId, personId) {
    world.speakers.set(groupId, personId);
    store(SPEAKERS, JSON.stringify([...world.speakers]));
  },
  onGroups(listener) {
    groupListeners.add(listener);
    return () => groupListeners.delete(listener);
  },
};

// ── what is remembered: in the address, and for an address without it in the browser ──────────
function isThere(id) {
  return people.has(id) || groups.has(id);
}

function idsFrom(text) {
  return (text ?? "").split(",").map(Number).filter(isThere);
}

function stored(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null; // storage may be switched off
  }
}

function store(name, text) {
  try {
    localStorage.setItem(name, text);
  } catch {
    // then it is forgotten, no more
  }
}

function remember() {
  store(REMEMBERED, open.join(","));
  const words = [];
  const ids = (wanted) => open.filter(wanted).sort((id) => (id === current ? -1 : 0)).join(",");
  const listed = { people: open.filter((id) => id > 0).join(","), group: ids((id) => id < 0) };
  if (phone.matches && current > 0) words.push(`person=${current}`);
  for (const [name, list] of Object.entries(listed)) if (list) words.push(`${name}=${list}`);
  history.replaceState(null, "", words.length ? `/?${words.join("&")}` : "/");
}

function inOrder(ids) {
  return [...ids.filter((id) => id > 0), ...ids.filter((id) => id < 0)];
}

function choose() {
  const person = Number(asked.get("person"));
  const group = idsFrom(asked.get("group"));
  open = [...idsFrom(asked.get("people")), ...group];
  if (!open.length) open = idsFrom(stored(REMEMBERED));
  if (!open.length) open = [...people.keys()].slice(0, Math.max(1, Math.min(3, Math.floor(innerWidth / 380))));
  if (group.length) [current] = group;
  if (people.has(person)) {
    open = open.includes(person) ? open : [person, ...open];
    current = person;
  }
  open = inOrder([...new Set(open)]);
  current ??= open[0] ?? null;
  try {
    world.speakers = new Map(JSON.parse(stored(SPEAKERS) ?? "[]"));
  } catch {
    world.speakers = new Map();
  }
  const as = Number(asked.get("as"));
  if (people.has(as)) for (const id of group) world.rememberSpeaker(id, as);
}

// ── columns ───────────────────────────────────────────────────────────────────────────────────
function layOut() {
  const shown = phone.matches ? [current].filter(isThere) : open;
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
  const listed = [...groups.values()].filter((group) => !group.migrated_to || open.includes(group.id));
  showChips({ people: [...people.values()], groups: listed, shown, unread, toggle });
}

function newColumn(id) {
  const column = id < 0 ? new GroupColumn(groups.get(id), world) : new PersonColumn(people.get(id), world);
  column.onSettled = countPresses;
  return column;
}

function toggle(id) {
  if (!phone.matches && open.includes(id)) {
    open = open.filter((other) => other !== id);
    current = open.at(-1) ?? null;
    remember();
    layOut();
  } else {
    reveal(id);
  }
}

function reveal(id) {
  if (!isThere(id)) return;
  if (!open.includes(id)) open = inOrder([...open, id]);
  current = id;
  remember();
  layOut();
  if (!phone.matches) columns.get(id).node.scrollIntoView({ inline: "nearest", block: "nearest" });
}

function openInPrivate(personId, payload) {
  reveal(personId);
  columns.get(personId)?.openLink(payload);
}

function knowGroup(facts) {
  const group = { messages: early.get(facts.id) ?? [], ...groups.get(facts.id), ...facts };
  early.delete(facts.id);
  groups.set(facts.id, group);
  columns.get(facts.id)?.update(facts);
  for (const listener of groupListeners) listener();
  return group;
}

function showGroup(group, speaker = null) {
  knowGroup(group);
  if (speaker) world.rememberSpeaker(group.id, speaker);
  if (speaker) columns.get(group.id)?.speakAs(speaker);
  reveal(group.id);
  columns.get(group.id).composer.field.focus();
}

function countPresses() {
  let waiting = 0;
  for (const column of columns.values()) waiting += column.waiting.size;
  setBusy({ presses: waiting });
}

// ── what comes in ─────────────────────────────────────────────────────────────────────────────
function known(facts) {
  const person = { messages: [], ...people.get(facts.id), ...facts };
  people.set(facts.id, person);
  columns.get(facts.id)?.update(facts);
  return person;
}

function keep(chat, message) {
  const place = chat.messages.findIndex((other) => other.id === message.id);
  if (place >= 0) chat.messages[place] = message;
  else chat.messages.push(message);
  return place < 0;
}

function arrived(id, chat, message) {
  const isNew = keep(chat, message);
  columns.get(id)?.show(message);
  if (!isNew || !message.from_bot || columns.get(id)?.node.isConnected) return;
  unread.set(id, (unread.get(id) ?? 0) + 1);
  layOut();
}

function gone(id, chat, messageId) {
  if (chat) chat.messages = chat.messages.filter((message) => message.id !== messageId);
  columns.get(id)?.remove(messageId);
}

function busyFor(id, forget) {
  clearTimeout(actionTimers.get(id));
  actionTimers.set(id, setTimeout(forget, ACTION_LASTS));
}

const tellings = {
  state(event) {
    world.username = event.bot.username;
    world.botId = event.bot.id;
    setClockZone(event.people);
    document.getElementById("bot-username").textContent = `@${world.username}`;
    people.clear();
    groups.clear();
    for (const person of event.people) people.set(person.id, person);
    for (const group of event.groups) groups.set(group.id, group);
    for (const [id, column] of columns) {
      const facts = people.get(id) ?? groups.get(id);
      if (facts) column.refresh(facts);
    }
    if (!begun) {
      begun = true;
      choose();
      layOut();
      const payload = asked.get("start");
      if (payload !== null) columns.get(current)?.openLink(payload);
      if (asked.size) remember();
    } else {
      open = open.filter(isThere);
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
    for (const group of event.groups) knowGroup(group);
  },
  action(event) {
    const { id } = event.person;
    known(event.person);
    busyFor(id, () => known({ id, action: "" }));
  },
  message(event) {
    const id = event.person_id;
    known({ id, started: true, ...(event.message.from_bot ? { action: "" } : {}) });
    arrived(id, people.get(id), event.message);
  },
  deleted(event) {
    gone(event.person_id, people.get(event.person_id), event.message_id);
  },
  group(event) {
    const before = groups.get(event.chat_id);
    knowGroup(event.group);
    if (!begun) return;
    const next = event.group.migrated_to;
    if (next && !before?.migrated_to && open.includes(event.chat_id)) followMigration(event.chat_id, next);
    layOut();
  },
  group_action(event) {
    knowGroup(event.group);
    busyFor(event.chat_id, () => groups.has(event.chat_id) && knowGroup({ id: event.chat_id, action: "" }));
  },
  group_message(event) {
    const group = groups.get(event.chat_id);
    if (!group) {
      early.set(event.chat_id, [...(early.get(event.chat_id) ?? []), event.message]);
      return;
    }
    if (event.message.from_bot && group.action) knowGroup({ id: event.chat_id, action: "" });
    arrived(event.chat_id, group, event.message);
  },
  group_deleted(event) {
    gone(event.chat_id, groups.get(event.chat_id), event.message_id);
  },
  press(event) {
    columns.get(event.chat_id)?.pressed(event);
    countPresses();
  },
  answer(event) {
    const column = columns.get(event.chat_id);
    column?.settle(event.press_id);
    const inGroup = event.chat_id < 0;
    if (event.text && event.show_alert) alertFor(event);
    else if (event.text) column?.say(inGroup ? `To ${people.get(event.person_id).name}: ${event.text}` : event.text);
    const payload = event.url ? startPayload(event.url, world.username) : null;
    if (payload !== null && inGroup && column) openInPrivate(event.person_id, payload);
    else if (payload !== null) column?.openLink(payload);
  },
  updates(event) {
    setBusy({ updates: event.pending });
  },
  clock(event) {
    showClock(event.clock);
  },
};

// The column goes on in the new group, as a messenger joins the two.
function followMigration(old, next) {
  waitForGroup(next, () => {
    if (world.speakers.has(old)) world.rememberSpeaker(next, world.speakers.get(old));
    open = inOrder(open.map((id) => (id === old ? next : id)));
    open = [...new Set(open)];
    if (current === old) current = next;
    remember();
  });
}

function waitForGroup(id, deed) {
  if (groups.has(id)) {
    deed();
    return;
  }
  const stop = world.onGroups(() => {
    if (!groups.has(id)) return;
    stop();
    deed();
    layOut();
  });
}

function alertFor(event) {
  const dialog = document.getElementById("alert-dialog");
  document.getElementById("alert-title").textContent = `To ${people.get(event.person_id).name}`;
  document.getElementById("alert-text").textContent = event.text;
  if (!dialog.open) dialog.showModal();
}

// ── the page's own buttons ────────────────────────────────────────────────────────────────────
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
    if (!open.includes(person.id)) reveal(person.id);
  } catch (error) {
    line.textContent = error.message;
  }
});
document.getElementById("add-group").addEventListener("click", () => newGroup(world, open.find((id) => id > 0)));
for (const button of document.querySelectorAll("[data-close]")) {
  button.addEventListener("click", () => button.closest("dialog").close());
}
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
// Files let fall beside a chat would otherwise replace the page.
for (const name of ["dragover", "drop"]) {
  document.addEventListener(name, (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    const node = event.target.closest?.(".column");
    if (name === "drop") [...columns.values()].find((column) => column.node === node)?.composer.take(event, event.dataTransfer);
  });
}
phone.addEventListener("change", layOut);

follow(
  (event) => tellings[event.kind]?.(event),
  (connected) => {
    line.textContent = connected ? "" : "Connection lost, trying again …";
    line.toggleAttribute("data-lost", !connected);
  },
);
