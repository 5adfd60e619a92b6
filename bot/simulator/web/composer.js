// What one writes with: the message box, the list of commands, START, and the way back in.

import { icon, make } from "./message.js";

const HIGHEST = 140;

export class Composer {
  // `deeds` are sendText, start and unblock; sendText says whether it worked.
  constructor(person, deeds) {
    this.deeds = deeds;
    const id = person.id;
    this.field = make("textarea", {
      id: `text-${id}`, rows: "1", placeholder: "Message", dir: "auto", maxlength: "4096",
    });
    this.list = make("ul", { class: "commands", id: `commands-${id}`, hidden: true });
    this.opener = make("button", {
      type: "button", class: "round slash", "aria-label": "Commands", "aria-expanded": "false",
      "aria-controls": `commands-${id}`, onclick: () => this.showCommands(this.list.hidden),
    }, "/");
    this.form = make("form", { class: "composer" },
      this.opener,
      make("label", { class: "hidden", for: `text-${id}` }, `Message from ${person.name}`),
      this.field,
      make("button", { type: "submit", class: "round send", "aria-label": "Send" }, icon("send")));
    this.start = make("button", { type: "button", class: "wide", onclick: deeds.start }, "Start");
    this.lift = make("button", { type: "button", class: "wide", onclick: deeds.unblock }, "Unblock");
    this.node = make("div", { class: "foot" }, this.list, this.form, this.start, this.lift);
    this.listen();
  }

  listen() {
    this.field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        this.form.requestSubmit();
      }
    });
    this.field.addEventListener("input", () => this.fit());
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    this.list.addEventListener("keydown", (event) => {
      if (event.key === "Escape") {
        this.showCommands(false);
        this.opener.focus();
      }
    });
  }

  async send() {
    const text = this.field.value;
    if (!text.trim()) return;
    this.field.value = "";
    this.fit();
    if (!(await this.deeds.sendText(text)) && !this.field.value) {
      this.field.value = text; // what was not sent is not lost
      this.fit();
    }
  }

  update({ asksStart, blocked, commands }) {
    this.form.hidden = blocked || asksStart;
    this.start.hidden = !asksStart;
    this.lift.hidden = !blocked;
    this.opener.hidden = commands.length === 0;
    this.listCommands(commands);
    if (this.opener.hidden || this.form.hidden) this.showCommands(false);
  }

  listCommands(commands) {
    const listed = JSON.stringify(commands);
    if (listed === this.listed) return; // the list may be open and hold the focus
    this.listed = listed;
    this.list.replaceChildren(...commands.map((command) => {
      const choose = () => {
        this.showCommands(false);
        this.field.focus();
        this.deeds.sendText(`/${command.command}`);
      };
      return make("li", {}, make("button", { type: "button", onclick: choose },
        make("span", { class: "command-name" }, `/${command.command}`), " ",
        make("span", { dir: "auto" }, command.description)));
    }));
  }

  showCommands(open) {
    this.list.hidden = !open;
    this.opener.setAttribute("aria-expanded", String(open));
    if (open) this.list.querySelector("button")?.focus();
  }

  fit() {
    this.field.style.height = "auto";
    this.field.style.height = `${Math.min(this.field.scrollHeight, HIGHEST)}px`;
  }
}
