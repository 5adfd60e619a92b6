// One person's chat: header, messages, and what happens there.

import { clockZone } from "./clock.js";
import { Composer } from "./composer.js";
import { fillMessage, icon, make } from "./message.js";
import { post } from "./server.js";
import { browserZone, day, languageName, startPayload } from "./words.js";

const TOAST_STAYS = 5000;
const SPINS_AT_MOST = 20000;

const actions = { typing: "typing …", upload_document: "sending a file …", find_location: "finding a place …" };

export class Column {
  constructor(person, username, onClose) {
    this.person = person;
    this.username = username;
    this.messages = new Map();
    this.waiting = new Map();
    this.payload = null;
    this.build(onClose);
    this.update(person);
    for (const message of person.messages ?? []) this.show(message);
    this.toEnd();
  }

  get zone() {
    return this.person.zone || browserZone;
  }

  build(onClose) {
    const id = this.person.id;
    this.title = make("h2", { id: `name-${id}`, dir: "auto" });
    this.note = make("p", { class: "who-note" });
    this.blockItem = make("button", { type: "button", onclick: () => this.toggleBlock() });
    this.menu = make("details", { class: "menu" },
      make("summary", { "aria-label": `More about ${this.person.name}` }, icon("more")),
      make("div", { class: "menu-items" },
        make("button", { type: "button", onclick: () => this.askForLink() }, "Open a link …"),
        this.blockItem,
        make("button", { type: "button", class: "desk-only", onclick: onClose }, "Close this column")));
    this.menu.addEventListener("click", (event) => {
      if (event.target.closest("button")) this.menu.open = false;
    });
    this.menu.addEventListener("keydown", (event) => {
      if (event.key === "Escape") {
        this.menu.open = false;
        this.menu.querySelector("summary").focus();
      }
    });
    this.log = make("div", {
      class: "log", role: "log", "aria-live": "polite", tabindex: "0",
      "aria-label": `Messages of ${this.person.name}`,
    });
    this.stuck = true;
    this.log.addEventListener("scroll", () => {
      this.stuck = this.isAtEnd();
      if (this.stuck) this.news.hidden = true;
    });
    // Who reads the newest message goes on seeing it when the space changes.
    new ResizeObserver(() => { if (this.stuck) this.toEnd(); }).observe(this.log);
    this.empty = make("div", { class: "empty" });
    this.news = make("button", { type: "button", class: "news", hidden: true, onclick: () => this.toEnd() },
      icon("down"), make("span", {}, "New messages"));
    this.toast = make("p", { class: "toast", role: "status", dir: "auto" });
    this.composer = new Composer(this.person, {
      sendText: (text) => this.sendText(text),
      start: () => this.pressStart(),
      unblock: () => this.toggleBlock(),
    });
    this.node = make("section", {
      class: "column", "data-person": id, "data-language": this.person.language ?? "",
      "aria-labelledby": `name-${id}`,
    },
    make("header", { class: "who" },
      make("span", { class: `avatar hue-${id % 6}`, "aria-hidden": "true" }, [...this.person.name][0] ?? "?"),
      make("div", { class: "who-facts" }, this.title, this.note), this.menu),
    this.log, this.news, this.toast, this.composer.node);
  }

  // New facts about the person, or about what the bot says of itself to them.
  update(person) {
    this.person = { ...this.person, ...person };
    const { name, language, note, action, started, blocked, commands } = this.person;
    this.title.textContent = name;
    const facts = [languageName(language), note, this.zone === clockZone() ? "" : this.zone];
    this.note.textContent = actions[action] ?? facts.filter(Boolean).join(" · ");
    this.note.classList.toggle("busy", Boolean(action));
    this.note.dataset.action = action || "";
    this.blockItem.textContent = blocked ? "Unblock the bot" : "Block the bot";
    this.node.toggleAttribute("data-blocked", blocked);
    const asksStart = !blocked && (!started || this.payload !== null);
    this.composer.update({ asksStart, blocked, commands });
    this.showEmpty();
  }

  // Everything anew after a connection: only what differs is touched.
  refresh(person) {
    const there = new Set(person.messages.map((message) => message.id));
    for (const id of this.messages.keys()) if (!there.has(id)) this.remove(id);
    for (const message of person.messages) this.show(message);
    this.update(person);
  }

  show(message) {
    const known = this.messages.get(message.id);
    if (known && JSON.stringify(known.message) === JSON.stringify(message)) return;
    const node = known?.node ?? make("article", { "data-message-id": message.id, tabindex: "-1" });
    node.dataset.from = message.from_bot ? "bot" : "person";
    node.className = `message ${message.from_bot ? "from-bot" : "from-person"}`;
    this.fillKeepingFocus(node, message);
    this.messages.set(message.id, { message, node });
    if (!known) {
      this.addDay(message);
      this.log.append(node); // numbers only grow, so the newest is always the last
    }
    this.showEmpty();
    if (this.stuck || !message.from_bot) this.toEnd();
    else if (!known) this.news.hidden = false;
  }

  remove(id) {
    const known = this.messages.get(id);
    if (!known) return;
    const chip = known.node.previousElementSibling;
    const next = known.node.nextElementSibling;
    known.node.remove();
    this.messages.delete(id);
    if (chip?.classList.contains("day") && !next?.dataset.messageId) chip.remove();
    this.showEmpty();
  }

  addDay(message) {
    const today = day(new Date(message.date), this.zone);
    if ([...this.log.querySelectorAll(".day")].at(-1)?.textContent === today) return;
    this.log.append(make("p", { class: "day" }, today));
  }

  // An edit replaces the buttons; the one that had the focus gives it to its successor.
  fillKeepingFocus(node, message) {
    const held = node.contains(document.activeElement) ? document.activeElement : null;
    const { row, column } = held?.dataset ?? {};
    const label = held?.textContent;
    fillMessage(node, message, this.zone, {
      username: this.username,
      press: (...pressed) => this.press(...pressed),
      sendText: (text) => this.sendText(text),
      openLink: (payload) => this.openLink(payload),
    });
    for (const waiting of this.waiting.values()) {
      if (waiting.message === message.id) this.spin(waiting);
    }
    if (!held) return;
    const buttons = [...node.querySelectorAll(".button")];
    const next = buttons.find((button) => button.textContent === label)
      ?? buttons.find((button) => button.dataset.row === row && button.dataset.column === column)
      ?? buttons[0] ?? node;
    next.focus({ preventScroll: true });
  }

  async attempt(deed) {
    try {
      return await deed();
    } catch (error) {
      this.say(error.message);
      return null;
    }
  }

  sendText(text) {
    return this.attempt(() => post(`/chat/${this.person.id}/text`, { text }));
  }

  async press(message, row, column, button) {
    if (button.getAttribute("aria-busy") === "true") return;
    const answer = await this.attempt(
      () => post(`/chat/${this.person.id}/press`, { message_id: message.id, row, column }));
    if (answer?.copied) {
      await navigator.clipboard?.writeText(answer.copied).catch(() => null);
      this.say("Copied");
    }
  }

  // The line says that a press waits for its answer, here or in another window.
  pressed(event) {
    const waiting = { message: event.message_id, data: event.data };
    waiting.timer = setTimeout(() => this.settle(event.press_id), SPINS_AT_MOST);
    this.waiting.set(event.press_id, waiting);
    this.spin(waiting);
  }

  spin(waiting) {
    const known = this.messages.get(waiting.message);
    for (const button of known?.node.querySelectorAll("button.button") ?? []) {
      if (button.dataset.data === waiting.data) button.setAttribute("aria-busy", "true");
    }
  }

  settle(id) {
    const waiting = this.waiting.get(id);
    if (!waiting) return;
    clearTimeout(waiting.timer);
    this.waiting.delete(id);
    const node = this.messages.get(waiting.message)?.node;
    for (const button of node?.querySelectorAll('[aria-busy="true"]') ?? []) button.removeAttribute("aria-busy");
    this.onSettled?.();
  }

  say(text) {
    clearTimeout(this.toastTimer);
    this.toast.textContent = text;
    this.toastTimer = setTimeout(() => { this.toast.textContent = ""; }, TOAST_STAYS);
  }

  openLink(payload) {
    this.payload = payload;
    this.update(this.person);
    this.composer.start.focus();
  }

  pressStart() {
    const payload = this.payload ?? "";
    this.payload = null;
    return this.attempt(async () => {
      await post(`/chat/${this.person.id}/start`, { payload });
      this.update({ started: true });
      this.composer.field.focus();
    });
  }

  toggleBlock() {
    const blocked = !this.person.blocked;
    return this.attempt(async () => {
      this.update(await post(`/chat/${this.person.id}/block`, { blocked }));
      if (blocked) this.composer.lift.focus();
    });
  }

  askForLink() {
    const dialog = document.getElementById("link-dialog");
    const form = dialog.querySelector("form");
    form.reset();
    dialog.returnValue = "";
    // Only once it is closed: closing gives the focus back to where it was.
    dialog.onclose = () => {
      if (dialog.returnValue !== "open") return;
      const payload = startPayload(form.elements.link.value, this.username);
      if (payload === null) this.say("This link does not lead to the bot.");
      else this.openLink(payload);
    };
    dialog.showModal();
  }

  showEmpty() {
    const { bot_name: name, description } = this.person;
    if (this.messages.size) {
      this.empty.remove();
      return;
    }
    this.empty.replaceChildren(
      make("strong", { dir: "auto" }, name),
      make("p", { dir: "auto" }, description || "No messages here yet."));
    if (!this.empty.isConnected) this.log.append(this.empty);
  }

  isAtEnd() {
    return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 80;
  }

  toEnd() {
    this.stuck = true;
    this.log.scrollTop = this.log.scrollHeight;
    this.news.hidden = true;
  }
}
