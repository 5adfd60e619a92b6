// Dialogs about groups: found one, bring the bot in by a link, and decide who is in it.

import { ask, checkbox, labelled } from "./dialogs.js";
import { make } from "./nodes.js";
import { post } from "./server.js";

const standings = {
  creator: "founder", administrator: "admin", member: "member", left: "not in the group", kicked: "removed",
};

function chooser(people, chosen, attributes) {
  return make("select", attributes, ...people.map((person) =>
    make("option", { value: person.id, selected: person.id === chosen }, person.name)));
}

export function newGroup(world, founder = null) {
  const people = [...world.people.values()];
  const boxes = new Map(people.map((person) => [person.id, checkbox(person.name, { name: "member", value: person.id })]));
  const by = chooser(people, founder, { name: "by" });
  const withBot = checkbox("The bot", { name: "with_bot" });
  const follow = () => {
    for (const [id, { node, box }] of boxes) {
      node.hidden = id === Number(by.value);
      if (node.hidden) box.checked = false;
    }
  };
  by.addEventListener("change", follow);
  follow();
  ask({
    title: "New group",
    submit: "Create",
    fields: [
      labelled("Title", make("input", { name: "title", required: true, maxlength: "128", autocomplete: "off" })),
      labelled("Founded by", by),
      make("fieldset", { class: "dialog-options" }, make("legend", {}, "Members"),
        ...[...boxes.values()].map(({ node }) => node), withBot.node),
    ],
    deed: (form) => post("/chat/groups", {
      title: form.elements.title.value, by: Number(by.value), with_bot: withBot.box.checked,
      members: [...boxes].filter(([, { box }]) => box.checked).map(([id]) => id),
    }),
    done: (group) => world.showGroup(group),
  });
}

export function addBot(world, groupId, by) {
  return post(`/chat/${groupId}/members`, { by, member: world.botId, deed: "add" });
}

// What a link with "startgroup=" does: one chooses a group, the bot comes in, and gets what the link carries.
export function chooseGroup(world, personId, link) {
  const person = world.people.get(personId);
  const groups = [...world.groups.values()].filter(
    (group) => !group.migrated_to && group.members.some((member) => member.id === personId));
  const title = make("input", { name: "title", maxlength: "128", autocomplete: "off" });
  const fresh = labelled("Title of the new group", title);
  const choices = [...groups.map((group) => [group.id, group.title]), [0, "A new group"]].map(([id, name], place) =>
    make("label", { class: "check" },
      make("input", { type: "radio", name: "group", value: id, checked: place === 0 }), make("span", { dir: "auto" }, name)));
  const list = make("fieldset", { class: "dialog-options" }, make("legend", {}, `Groups of ${person.name}`), ...choices);
  const chosen = () => Number(list.querySelector("input:checked").value);
  const follow = () => {
    fresh.hidden = chosen() !== 0;
    title.required = !fresh.hidden;
  };
  list.addEventListener("change", follow);
  follow();
  ask({
    title: "Add the bot to a group",
    submit: "Add the bot",
    fields: [list, fresh],
    deed: async () => {
      const id = chosen() || (await post("/chat/groups", { title: title.value, by: personId })).id;
      const orders = { by: personId, member: world.botId };
      const group = await post(`/chat/${id}/members`, { ...orders, deed: "add", payload: link.payload });
      if (!link.asAdmin || group.bot === "administrator") return group;
      return post(`/chat/${id}/members`, { ...orders, deed: "promote" });
    },
    done: (group) => world.showGroup(group, personId),
  });
}

// Everybody in the group with what can be done about them; it changes as the group does.
export function editMembers(world, groupId, speaker) {
  const group = () => world.groups.get(groupId);
  const by = chooser(group().members, group().members.find((m) => m.standing === "creator")?.id ?? speaker, { name: "by" });
  const list = make("ul", { class: "member-list" });
  const others = make("select", { name: "newcomer" });
  const add = make("button", { type: "button", onclick: () => change(Number(others.value), "add") }, "Add");
  const newcomer = make("div", { class: "newcomer" }, labelled("Somebody else", others), add);
  const grow = make("button", { type: "button", class: "quiet", onclick: () => migrate() }, "Make it a supergroup");
  const dialog = ask({
    title: `Members of ${group().title}`,
    fields: [labelled("Changed by", by), list, newcomer, grow],
  });
  const attempt = async (deed) => {
    dialog.fail(null);
    try {
      return await deed();
    } catch (error) {
      dialog.fail(error);
      return null;
    }
  };
  const change = (member, deed) => attempt(async () => {
    world.knowGroup(await post(`/chat/${groupId}/members`, { by: Number(by.value), member, deed }));
  });
  const migrate = () => attempt(async () => {
    const next = await post(`/chat/${groupId}/migrate`, { by: Number(by.value) });
    dialog.dialog.close();
    world.showGroup(next);
  });
  const row = (id, name, standing) => {
    const act = (deed, words) => make("button", {
      type: "button", "data-deed": deed, "data-member": id, "aria-label": `${words}: ${name}`,
      onclick: () => change(id, deed),
    }, words);
    const inside = standing !== "left" && standing !== "kicked";
    return make("li", { "data-member": id, "data-standing": standing },
      make("span", { class: "member-name", dir: "auto" }, name),
      make("span", { class: "member-standing" }, standings[standing]),
      standing === "member" ? act("promote", "Make admin") : null,
      standing === "administrator" ? act("demote", "Make member") : null,
      inside && standing !== "creator" ? act("remove", "Remove") : null,
      inside ? null : act("add", "Add"));
  };
  const show = () => {
    const now = group();
    const held = list.contains(document.activeElement) ? document.activeElement.dataset.member : null;
    list.replaceChildren(
      ...now.members.map((member) => row(member.id, member.name, member.standing)),
      row(world.botId, `${now.bot_name} (the bot)`, now.bot));
    const outside = [...world.people.values()].filter((person) => !now.members.some((member) => member.id === person.id));
    others.replaceChildren(...outside.map((person) => make("option", { value: person.id }, person.name)));
    newcomer.hidden = !outside.length;
    grow.hidden = now.kind === "supergroup" || Boolean(now.migrated_to);
    if (held) (list.querySelector(`button[data-member="${held}"]`) ?? by).focus();
  };
  show();
  const stop = world.onGroups(show);
  dialog.dialog.addEventListener("close", stop);
}
