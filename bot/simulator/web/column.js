// A chat as a column: header, messages, and what happens there. People's and groups' differ in the rest.

import { ask } from "./dialogs.js";
import { Composer } from "./composer.js";
import { fillMessage } from "./message.js";
import { avatar, icon, make } from "./nodes.js";
import { post, postForm } from "./server.js";
import { browserZone, day, groupLink, sentence, startPayload } from "./words.js";

const TOAST_STAYS = 5000;
const SPINS_AT_MOST = 20000;
const POINTED_AT = 1600;

export const actions = {
  typing: "typing …", upload_document: "sending a file …", upload_photo: "sending a photo …",
  upload_video: "sending a video …", find_location: "finding a place …",
};

export class Column {
  // `world` is what all columns share: username, people, groups, openColumn, addToGroup, closeColumn.
  constructor(facts, world) {
    this.facts = facts;
    this.world = world;
    this.messages = new Map();
    this.members = new Map(); // the ids that share an article: one, or those of an album
    this.waiting = new Map();
    this.choose(facts);
    this.build();
    this.update(facts);
    for (const message of facts.messages ?? []) this.show(message);
    this.toEnd();
  }

  // ── what people's and groups' columns answer differently ──────────────────────────────────
  choose() {}

  get name() { return this.facts.name; }

  get viewer() { return this.facts.id; }

  get speaker() { return {}; }

  get zone() {
    return this.world.people.get(this.viewer)?.zone || browserZone;
  }

  get inGroup() { return false; }

  isMine(message) {
    return !message.from_bot;
  }

  marks() { return {}; }

  menuItems() { return []; }

  openLink() {}

  // ── building ──────────────────────────────────────────────────────────────────────────────
  build() {
    const { id } = this.facts;
    this.title = make("h2", { id: `name-${id}`, dir: "auto" });
    this.note = make("p", { class: "who-note", dir: "auto" });
    this.buildMenu();
    this.buildLog();
    this.empty = make("div", { class: "empty" });
    this.news = make("button", { type: "button", class: "news", hidden: true, onclick: () => this.toEnd() },
      icon("down"), make("span", {}, "New messages"));
    this.toast = make("p", { class: "toast", role: "status", dir: "auto" });
    this.composer = new Composer(id, {
      sendText: (text, extra) => this.sendText(text, extra),
      sendFiles: (form) => this.sendFiles(form),
      sendPlace: (place) => this.sendDirectly("place", place),
      sendPoll: (poll) => this.sendDirectly("poll", poll),
      commandText: (command) => this.commandText(command),
      start: () => this.pressStart?.(),
      unblock: () => this.toggleBlock?.(),
      goOn: () => this.goOn?.(),
      say: (text) => this.say(text),
      username: this.world.username,
    });
    this.node = make("section", { class: "column", ...this.marks(), "aria-labelledby": `name-${id}` },
      make("header", { class: "who" },
        avatar(id, this.name), make("div", { class: "who-facts" }, this.title, this.note), this.menu),
      this.log, this.toast, this.composer.node);
    this.composer.node.append(this.news);
  }

  buildMenu() {
    this.menu = make("details", { class: "menu" },
      make("summary", { "aria-label": `More about ${this.name}` }, icon("more")),
      make("div", { class: "menu-items" }, ...this.menuItems(),
        make("button", { type: "button", class: "desk-only", onclick: () => this.world.closeColumn(this.facts.id) },
          "Close this column")));
    this.menu.addEventListener("click", (event) => {
      if (event.target.closest("button")) this.menu.open = false;
    });
    this.menu.addEventListener("keydown", (event) => {
      if (event.key === "Escape") {
        this.menu.open = false;
        this.menu.querySelector("summary").focus();
      }
    });
  }

  buildLog() {
    this.log = make("div", {
      class: "log", role: "log", "aria-live": "polite", tabindex: "0", "aria-label": `Messages of ${this.name}`,
    });
    this.stuck = true;
    this.log.addEventListener("scroll", () => {
      this.stuck = this.isAtEnd();
      if (this.stuck) this.news.hidden = true;
    });
    this.log.addEventListener("keydown", (event) => this.walk(event));
    // Who reads the newest message goes on seeing it when the space changes.
    new ResizeObserver(() => { if (this.stuck) this.toEnd(); }).observe(this.log);
  }

  // Only the newest message can be answered by Tab; the arrows go from there to the others.
  walk(event) {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!step || !event.target.classList.contains("answer")) return;
    event.preventDefault();
    const all = [...this.log.querySelectorAll(".answer")];
    all[all.indexOf(event.target) + step]?.focus();
  }

  update(facts) {
    this.facts = { ...this.facts, ...facts };
    this.title.textContent = this.name;
    this.note.classList.toggle("busy", Boolean(this.facts.action));
    this.note.dataset.action = this.facts.action || "";
    this.showEmpty();
  }

  // Everything anew after a connection: only what differs is touched.
  refresh(facts) {
    const there = new Set(facts.messages.map((message) => message.id));
    for (const id of [...this.messages.keys()]) if (!there.has(id)) this.remove(id);
    for (const message of facts.messages) this.show(message);
    this.update(facts);
  }

  // ── messages ──────────────────────────────────────────────────────────────────────────────
  show(message) {
    const known = this.messages.get(message.id);
    if (known && JSON.stringify(known.message) === JSON.stringify(message)) return;
    const node = known?.node ?? this.articleFor(message);
    this.messages.set(message.id, { message, node });
    this.paint(node);
    if (!node.isConnected || !this.log.contains(node)) {
      this.addDay(message);
      this.log.append(node); // numbers only grow, so the newest is always the last
    }
    this.letNewestBeAnswered();
    this.showEmpty();
    if (this.stuck || (!known && this.isMine(message))) this.toEnd();
    else if (!known) this.news.hidden = false;
  }

  // An article of its own, or that of the album the message belongs to.
  articleFor(message) {
    const last = this.log.lastElementChild;
    const neighbours = this.members.get(last);
    if (message.album && neighbours && this.messages.get(neighbours[0]).message.album === message.album) {
      neighbours.push(message.id);
      return last;
    }
    const node = make("article", { tabindex: "-1", "data-album": message.album });
    this.members.set(node, [message.id]);
    return node;
  }

  paint(node) {
    const messages = this.members.get(node).map((id) => this.messages.get(id).message);
    const [message] = messages;
    const side = this.isMine(message) ? "from-person" : message.from_bot ? "from-bot" : "from-other";
    node.dataset.messageId = message.id;
    node.dataset.from = message.service ? "service" : message.from_bot ? "bot" : "person";
    node.className = message.service ? "message of-group" : `message ${side}`;
    this.fillKeepingFocus(node, messages);
  }

  repaint() {
    for (const node of this.members.keys()) this.paint(node);
    this.letNewestBeAnswered();
  }

  remove(id) {
    const known = this.messages.get(id);
    if (!known) return;
    const { node } = known;
    const left = this.members.get(node).filter((other) => other !== id);
    this.messages.delete(id);
    this.composer.forget(id);
    if (left.length) {
      this.members.set(node, left);
      this.paint(node);
      return;
    }
    const chip = node.previousElementSibling;
    const next = node.nextElementSibling;
    node.remove();
    this.members.delete(node);
    if (chip?.classList.contains("day") && !next?.dataset.messageId) chip.remove();
    this.letNewestBeAnswered();
    this.showEmpty();
  }

  letNewestBeAnswered() {
    const all = [...this.log.querySelectorAll(".answer")];
    all.forEach((button, place) => { button.tabIndex = place === all.length - 1 ? 0 : -1; });
  }

  addDay(message) {
    const today = day(new Date(message.date), this.zone);
    if ([...this.log.querySelectorAll(".day")].at(-1)?.textContent === today) return;
    this.log.append(make("p", { class: "day" }, today));
  }

  get deeds() {
    return {
      username: this.world.username,
      press: (...pressed) => this.press(...pressed),
      sendText: (text) => this.sendText(text),
      openLink: (payload) => this.openLink(payload),
      addToGroup: (link) => this.world.addToGroup(this.viewer, link),
      vote: (poll, options) => this.attempt(() => post(`/chat/polls/${poll.id}/vote`, { by: this.viewer, options })),
      reply: (message) => this.composer.replyTo(message, this.writerOf(message)),
      goTo: (id) => this.goTo(id),
    };
  }

  writerOf(message) {
    return message.from_bot ? this.facts.bot_name : message.sender?.name ?? "the group";
  }

  // An edit replaces what can be pressed; the one that had the focus gives it to its successor.
  fillKeepingFocus(node, messages) {
    const held = node.contains(document.activeElement) ? document.activeElement : null;
    const { row, column, focus } = held?.dataset ?? {};
    const label = held?.textContent;
    const view = {
      zone: this.zone, language: this.facts.language, viewer: this.viewer, inGroup: this.inGroup, botName: this.facts.bot_name,
      nameOf: (id) => this.world.people.get(id)?.name ?? "Somebody",
    };
    const ticked = [...node.querySelectorAll("input:checked")].map((box) => box.dataset.focus);
    fillMessage(node, messages, view, this.deeds);
    for (const box of node.querySelectorAll("input[data-focus]")) {
      if (!ticked.includes(box.dataset.focus)) continue;
      box.checked = true; // somebody else's vote takes away nothing that is not sent yet
      box.dispatchEvent(new Event("change"));
    }
    for (const waiting of this.waiting.values()) {
      if (messages.some((message) => message.id === waiting.message)) this.spin(waiting);
    }
    if (!held || held === node) return;
    const buttons = [...node.querySelectorAll(".button")];
    const next = (focus ? node.querySelector(`[data-focus="${focus}"]`) ?? node
      : buttons.find((button) => button.textContent === label)
      ?? buttons.find((button) => button.dataset.row === row && button.dataset.column === column)
      ?? buttons[0] ?? node);
    next.focus({ preventScroll: true });
  }

  goTo(id) {
    const node = this.messages.get(id)?.node;
    if (!node) {
      this.say("This message is not there any more.");
      return;
    }
    node.scrollIntoView({ block: "center" });
    node.focus({ preventScroll: true });
    node.classList.add("pointed-at");
    setTimeout(() => node.classList.remove("pointed-at"), POINTED_AT);
  }

  // ── what people do ────────────────────────────────────────────────────────────────────────
  async attempt(deed) {
    try {
      return await deed();
    } catch (error) {
      this.say(sentence(error.message));
      return null;
    }
  }

  sendText(text, extra = {}) {
    return this.attempt(() => post(`/chat/${this.facts.id}/text`, { text, ...extra, ...this.speaker }));
  }

  sendFiles(form) {
    for (const [name, value] of Object.entries(this.speaker)) form.set(name, value);
    return this.attempt(() => postForm(`/chat/${this.facts.id}/files`, form));
  }

  // For a dialog, which shows by itself what went wrong.
  sendDirectly(what, body) {
    return post(`/chat/${this.facts.id}/${what}`, { ...body, ...this.speaker });
  }

  commandText(command) {
    return `/${command}`;
  }

  async press(message, row, column, button) {
    if (button.getAttribute("aria-busy") === "true") return;
    const body = { message_id: message.id, row, column, ...this.speaker };
    const answer = await this.attempt(() => post(`/chat/${this.facts.id}/press`, body));
    if (answer?.copied) {
      await navigator.clipboard?.writeText(answer.copied).catch(() => null);
      this.say("Copied");
    }
  }

  // The line says that a press waits for its answer, here or in another window.
  pressed(event) {
    const waiting = { message: event.message_id, data: event.data, by: event.person_id };
    waiting.timer = setTimeout(() => this.settle(event.press_id), SPINS_AT_MOST);
    this.waiting.set(event.press_id, waiting);
    this.spin(waiting);
  }

  spin(waiting) {
    if (waiting.by !== this.viewer) return;
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

  askForLink() {
    const link = make("input", { name: "link", autocomplete: "off", maxlength: "300" });
    ask({
      title: "Open a link",
      fields: [make("label", {}, "Link to the bot, or what follows “start=”", link)],
      submit: "Open",
      deed: () => null,
      done: () => {
        const group = groupLink(link.value, this.world.username);
        const payload = group ? null : startPayload(link.value, this.world.username);
        if (group) this.world.addToGroup(this.viewer, group);
        else if (payload === null) this.say("This link does not lead to the bot.");
        else this.openLink(payload);
      },
    });
  }

  showEmpty() {
    if (this.messages.size) {
      this.empty.remove();
      return;
    }
    this.empty.replaceChildren(
      make("strong", { dir: "auto" }, this.facts.bot_name),
      make("p", { dir: "auto" }, this.facts.description || "No messages here yet."));
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
