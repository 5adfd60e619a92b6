// One person's chat with the bot.

import { clockZone } from "./clock.js";
import { actions, Column } from "./column.js";
import { newGroup } from "./groupdialogs.js";
import { make } from "./nodes.js";
import { post } from "./server.js";
import { languageName } from "./words.js";

export class PersonColumn extends Column {
  choose() {
    this.payload = null;
  }

  marks() {
    return { "data-person": this.facts.id, "data-language": this.facts.language ?? "" };
  }

  menuItems() {
    this.blockItem = make("button", { type: "button", onclick: () => this.toggleBlock() });
    return [
      make("button", { type: "button", onclick: () => this.askForLink() }, "Open a link …"),
      make("button", { type: "button", onclick: () => newGroup(this.world, this.facts.id) }, "New group …"),
      this.blockItem,
    ];
  }

  // New facts about the person, or about what the bot says of itself to them.
  update(facts) {
    super.update(facts);
    const { name, language, note, action, started, blocked, commands } = this.facts;
    const said = [languageName(language), note, this.zone === clockZone() ? "" : this.zone];
    this.note.textContent = actions[action] ?? said.filter(Boolean).join(" · ");
    this.blockItem.textContent = blocked ? "Unblock the bot" : "Block the bot";
    this.node.toggleAttribute("data-blocked", blocked);
    const asksStart = !blocked && (!started || this.payload !== null);
    this.composer.update({ name, asksStart, blocked, commands });
  }

  openLink(payload) {
    this.payload = payload;
    this.update({});
    this.composer.start.focus();
  }

  pressStart() {
    const payload = this.payload ?? "";
    this.payload = null;
    return this.attempt(async () => {
      await post(`/chat/${this.facts.id}/start`, { payload });
      this.update({ started: true });
      this.composer.field.focus();
    });
  }

  toggleBlock() {
    const blocked = !this.facts.blocked;
    return this.attempt(async () => {
      this.update(await post(`/chat/${this.facts.id}/block`, { blocked }));
      if (blocked) this.composer.lift.focus();
    });
  }
}
