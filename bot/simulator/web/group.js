// A group: its messages as one of its members sees them.

import { actions, Column } from "./column.js";
import { addBot, editMembers } from "./groupdialogs.js";
import { make } from "./nodes.js";


export class GroupColumn extends Column {
  get name() { return this.facts.title; }

  get viewer() { return this.as; }

  get speaker() { return { by: this.as }; }

  get inGroup() { return true; }

  isMine(message) {
    return !message.from_bot && message.sender?.id === this.as;
  }

  // Who writes: the one of last time, or the founder, as long as they are in the group.
  choose(facts) {
    const ids = facts.members.map((member) => member.id);
    const last = this.as ?? this.world.speakers.get(facts.id);
    this.as = ids.includes(last) ? last : ids[0] ?? 0;
  }

  marks() {
    return { "data-group": this.facts.id };
  }

  menuItems() {
    this.earlier = make("button", { type: "button", hidden: true, onclick: () => this.openEarlier() }, "Earlier messages");
    return [
      make("button", { type: "button", onclick: () => editMembers(this.world, this.facts.id, this.as) }, "Members and the bot …"),
      this.earlier,
    ];
  }

  update(facts) {
    super.update(facts);
    const before = this.as;
    this.choose(this.facts);
    const { members, bot, kind, action, migrated_to: next, bot_name: botName } = this.facts;
    const names = members.map((member) => member.name).join(", ");
    const busy = action ? `${botName} is ${actions[action] ?? "busy …"}` : "";
    this.note.textContent = busy || [kind === "supergroup" ? "Supergroup" : "", botStands(bot), names].filter(Boolean).join(" · ");
    this.note.title = this.note.textContent;
    this.node.dataset.bot = bot;
    this.node.dataset.kind = kind;
    this.node.dataset.speaker = this.as;
    this.earlier.hidden = !this.previous;
    const inside = bot !== "left" && bot !== "kicked";
    const me = members.find((member) => member.id === this.as);
    this.composer.update({
      name: me?.name ?? "nobody",
      commands: (inside && me?.commands) || [],
      speakers: next ? [] : members,
      speaker: this.as,
      onSpeaker: (id) => this.speakAs(id),
      closed: next ? "This group goes on as a supergroup." : members.length ? "" : "Nobody is in this group.",
      goesOn: Boolean(next),
      hint: !next && !inside && me ? { text: "The bot is not in this group.", label: "Add the bot", deed: () => addBot(this.world, this.facts.id, this.as) } : null,
    });
    if (before !== this.as) this.repaint();
  }

  get previous() {
    return [...this.world.groups.values()].find((group) => group.migrated_to === this.facts.id);
  }

  speakAs(id) {
    this.as = id;
    this.world.rememberSpeaker(this.facts.id, id);
    this.update({});
    this.repaint();
  }

  commandText(command) {
    return `/${command}@${this.world.username}`;
  }

  openLink(payload) {
    this.world.openInPrivate(this.as, payload);
  }

  goOn() {
    this.world.openColumn(this.facts.migrated_to);
  }

  openEarlier() {
    this.world.openColumn(this.previous.id);
  }
}

function botStands(bot) {
  return { administrator: "Bot is admin", member: "Bot is member", kicked: "Bot was removed" }[bot] ?? "Without the bot";
}
