// Who is there: people and groups as a row of chips that open and close their columns.

import { avatar, make } from "./nodes.js";
import { count, languageName } from "./words.js";

export const phone = matchMedia("(max-width: 719px)");
const lists = { people: document.getElementById("people"), groups: document.getElementById("groups") };
const row = document.getElementById("who-is-there");

export function showChips({ people, groups, shown, unread, toggle }) {
  const focused = row.contains(document.activeElement) ? document.activeElement.dataset.chip : null;
  const chip = (id, name, title, mark) => {
    const isShown = shown.includes(id);
    const news = unread.get(id) ?? 0;
    const state = phone.matches ? { "aria-current": isShown ? "true" : null } : { "aria-pressed": String(isShown) };
    return make("li", {}, make("button", {
      type: "button", class: "chip", "data-chip": id, ...state, onclick: () => toggle(id), title,
    },
    avatar(id, name, true),
    make("span", { class: "chip-name", dir: "auto" }, name),
    mark ? make("span", { class: "chip-language" }, mark) : null,
    news ? make("span", { class: "badge" }, String(news), make("span", { class: "hidden" }, " new")) : null));
  };
  lists.people.replaceChildren(...people.map((person) => chip(
    person.id, person.name, [languageName(person.language), person.note].filter(Boolean).join(" · "), person.language)));
  lists.groups.replaceChildren(...groups.map((group) => chip(
    group.id, group.title, count(group.members.length, "member", "members"), null)));
  if (phone.matches) row.querySelector('[aria-current="true"]')?.scrollIntoView({ inline: "nearest", block: "nearest" });
  if (focused) row.querySelector(`[data-chip="${focused}"]`)?.focus();
}
