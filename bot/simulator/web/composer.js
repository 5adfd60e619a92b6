// What one writes with: the message box and its formats, files, commands, START, and the way back in.

import { Attachments, samplePictures } from "./attachments.js";
import { askPlace, askPoll } from "./dialogs.js";
import { Formatting } from "./formatting.js";
import { icon, make, popup } from "./nodes.js";
import { sentence } from "./words.js";

const HIGHEST = 140;

export class Composer {
  // `deeds` are what can be done here; those that send say whether it worked.
  constructor(id, deeds) {
    this.id = id;
    this.deeds = deeds;
    this.answered = null;
    this.field = make("textarea", { id: `text-${id}`, rows: "1", placeholder: "Message", dir: "auto", maxlength: "4096" });
    this.label = make("label", { class: "hidden", for: `text-${id}` });
    this.formatting = new Formatting(this.field, () => this.fit());
    this.files = new Attachments({ say: (text) => deeds.say(text), changed: () => this.filesChanged() });
    this.buildLists();
    this.buildReply();
    this.buildSpeaker();
    this.form = make("form", { class: "composer" },
      this.attach, this.opener, this.label, this.field,
      make("button", { type: "submit", class: "round send", "aria-label": "Send" }, icon("send")));
    this.start = make("button", { type: "button", class: "wide", onclick: () => deeds.start() }, "Start");
    this.lift = make("button", { type: "button", class: "wide", onclick: () => deeds.unblock() }, "Unblock");
    this.closed = make("div", { class: "closed", hidden: true });
    this.hint = make("div", { class: "hint", hidden: true });
    this.node = make("div", { class: "foot" }, this.commands.list, this.things.list, this.formatting.bar,
      this.hint, this.reply, this.files.node, this.formatting.preview, this.speaker, this.form, this.start, this.lift, this.closed);
    this.listen();
  }

  buildLists() {
    this.opener = make("button", { type: "button", class: "round slash", "aria-label": "Commands" }, "/");
    this.commands = popup(`commands-${this.id}`, this.opener, "bot-commands");
    this.attach = make("button", { type: "button", class: "round attach", "aria-label": "Attach" }, icon("clip"));
    this.things = popup(`attach-${this.id}`, this.attach, "things");
    this.seen = this.fileInput("image/*,video/*", "media", "Photos or videos from this computer");
    this.any = this.fileInput(null, "document", "Files from this computer");
    const thing = (sign, words, deed) => make("li", {}, make("button", {
      type: "button", onclick: () => {
        this.things.show(false);
        this.attach.focus();
        deed();
      },
    }, icon(sign), make("span", {}, words)));
    this.things.list.append(
      thing("picture", "Photos or videos …", () => this.seen.click()),
      thing("file", "Files …", () => this.any.click()),
      thing("picture", "Sample photos", () => this.addSamples()),
      thing("pin", "A place …", () => askPlace((place) => this.direct(this.deeds.sendPlace, place))),
      thing("poll", "A poll or quiz …", () => askPoll((poll) => this.direct(this.deeds.sendPoll, poll))));
    this.things.list.append(make("li", { hidden: true }, this.seen, this.any));
  }

  fileInput(accept, as, label) {
    const input = make("input", { type: "file", multiple: true, accept, "aria-label": label, "data-files": as });
    input.addEventListener("change", async () => {
      const files = [...input.files];
      input.value = "";
      await this.files.add(files, as);
      this.field.focus();
    });
    return input;
  }

  buildReply() {
    this.replyWords = make("span", { class: "reply-words", dir: "auto" });
    this.replyName = make("span", { class: "reply-name", dir: "auto" });
    this.reply = make("div", { class: "replying", hidden: true },
      make("div", { class: "reply" }, this.replyName, this.replyWords),
      make("button", { type: "button", class: "round quiet", "aria-label": "Cancel the reply", onclick: () => this.replyTo(null) }, icon("close")));
  }

  buildSpeaker() {
    this.choice = make("select", { id: `as-${this.id}`, onchange: () => this.onSpeaker?.(Number(this.choice.value)) });
    this.speaker = make("div", { class: "speaker", hidden: true },
      make("label", { for: `as-${this.id}` }, "Write as"), this.choice);
  }

  listen() {
    this.field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        this.form.requestSubmit();
      }
      if (event.key === "Escape" && this.answered) this.replyTo(null);
    });
    this.field.addEventListener("input", () => this.formatting.typed());
    this.field.addEventListener("paste", (event) => this.take(event, event.clipboardData));
    this.node.addEventListener("focusout", (event) => {
      if (!this.node.contains(event.relatedTarget)) this.formatting.bar.hidden = true;
    });
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
  }

  // Files pasted here, or let fall onto the messages.
  take(event, data) {
    const files = [...(data?.files ?? [])];
    if (!files.length || this.form.hidden) return;
    event.preventDefault();
    const shown = files.every((file) => /^(image|video)\//.test(file.type));
    this.files.add(files, shown ? "media" : "document");
    this.field.focus();
  }

  async addSamples() {
    await this.files.add(samplePictures(), "media");
    this.field.focus();
  }

  async send() {
    const text = this.field.value;
    const { files, as } = this.files;
    if (!text.trim() && !files.length) return;
    const kept = { ranges: this.formatting.ranges, answered: this.answered };
    const extra = { entities: this.formatting.entities, ...this.replied() };
    const form = files.length ? this.filled(text, extra) : null;
    this.formatting.clear();
    this.files.clear();
    this.replyTo(null);
    const sent = form ? await this.deeds.sendFiles(form) : await this.deeds.sendText(text, extra);
    if (sent || this.field.value) return;
    // What was not sent is not lost.
    this.formatting.set(text, kept.ranges);
    if (files.length && !this.files.size) this.files.put(files, as);
    if (kept.answered) this.replyTo(...kept.answered);
  }

  filled(text, extra) {
    const form = this.files.form();
    form.set("caption", text);
    form.set("caption_entities", JSON.stringify(extra.entities));
    if (extra.reply_to) form.set("reply_to", extra.reply_to);
    return form;
  }

  async direct(deed, body) {
    await deed({ ...body, ...this.replied() });
    this.replyTo(null);
  }

  replied() {
    return this.answered ? { reply_to: this.answered[0].id } : {};
  }

  replyTo(message, name) {
    this.answered = message ? [message, name] : null;
    this.reply.hidden = !message;
    if (message) {
      this.replyName.textContent = `Reply to ${name}`;
      this.replyWords.textContent = beginning(message);
    }
    if (!this.form.hidden) this.field.focus();
  }

  // A message that is gone cannot be answered.
  forget(id) {
    if (this.answered?.[0].id === id) this.replyTo(null);
  }

  update({ name, asksStart = false, blocked = false, commands, speakers = [], speaker, onSpeaker, closed = "", goesOn = false, hint = null }) {
    this.label.textContent = `Message from ${name}`;
    this.form.hidden = blocked || asksStart || Boolean(closed);
    this.start.hidden = !asksStart;
    this.lift.hidden = !blocked;
    this.opener.hidden = commands.length === 0;
    this.listCommands(commands);
    if (this.opener.hidden || this.form.hidden) this.commands.show(false);
    if (this.form.hidden) this.things.show(false);
    this.onSpeaker = onSpeaker;
    this.listSpeakers(speakers, speaker);
    this.closed.hidden = !closed;
    if (closed) {
      this.closed.replaceChildren(make("p", {}, closed), goesOn
        ? make("button", { type: "button", class: "wide", onclick: () => this.deeds.goOn() }, "Show the supergroup") : "");
    }
    this.showHint(hint);
  }

  showHint(hint) {
    this.hint.hidden = !hint;
    if (this.hint.dataset.text === (hint?.text ?? "")) return;
    this.hint.dataset.text = hint?.text ?? "";
    this.hint.replaceChildren(...(hint ? [
      make("span", {}, hint.text),
      make("button", { type: "button", onclick: () => hint.deed().catch((error) => this.deeds.say(sentence(error.message))) }, hint.label),
    ] : []));
  }

  listSpeakers(speakers, speaker) {
    this.speaker.hidden = !speakers.length;
    const listed = JSON.stringify(speakers.map(({ id, name }) => [id, name]));
    if (listed !== this.listedSpeakers) {
      this.listedSpeakers = listed;
      this.choice.replaceChildren(...speakers.map(({ id, name }) => make("option", { value: id }, name)));
    }
    this.choice.value = String(speaker);
  }

  listCommands(commands) {
    const listed = JSON.stringify(commands);
    if (listed === this.listed) return; // the list may be open and hold the focus
    this.listed = listed;
    this.commands.list.replaceChildren(...commands.map((command) => {
      const choose = () => {
        this.commands.show(false);
        this.field.focus();
        this.deeds.sendText(this.deeds.commandText(command.command));
      };
      return make("li", {}, make("button", { type: "button", onclick: choose },
        make("span", { class: "command-name" }, `/${command.command}`), " ",
        make("span", { dir: "auto" }, command.description)));
    }));
  }

  filesChanged() {
    if (this.field) this.field.placeholder = this.files.size ? "Caption" : "Message";
  }

  fit() {
    this.field.style.height = "auto";
    this.field.style.height = `${Math.min(this.field.scrollHeight, HIGHEST)}px`;
  }
}

function beginning(message) {
  const what = message.photo ? "Photo" : message.video ? "Video" : message.document?.name
    ?? message.poll?.question ?? (message.venue ? message.venue.title || "Location" : "Message");
  return (message.text || what).replaceAll("\n", " ").slice(0, 80);
}
