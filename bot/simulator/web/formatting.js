// Bold, italic and links in a plain text field: which stretches they cover, while one writes.

import { askAddress } from "./dialogs.js";
import { formatted } from "./formatted.js";
import { make } from "./nodes.js";

const KINDS = [
  { type: "bold", key: "b", label: "Bold", sign: "B" },
  { type: "italic", key: "i", label: "Italic", sign: "I" },
  { type: "text_link", key: "k", label: "Link", sign: "Link" },
];

export class Formatting {
  constructor(field, onChange) {
    this.field = field;
    this.onChange = onChange;
    this.ranges = [];
    this.text = "";
    this.bar = make("div", { class: "format-bar", role: "toolbar", "aria-label": "Format the selected words", hidden: true },
      ...KINDS.map((kind) => {
        const button = make("button", {
          type: "button", "data-format": kind.type, title: `${kind.label} (Ctrl+${kind.key.toUpperCase()})`,
          "aria-label": kind.label, onclick: () => this.toggle(kind.type),
        }, kind.sign);
        button.addEventListener("mousedown", (event) => event.preventDefault()); // the selection stays
        return button;
      }));
    this.preview = make("div", { class: "format-preview", hidden: true });
    for (const name of ["select", "keyup", "mouseup", "touchend", "selectionchange", "focus"]) {
      field.addEventListener(name, () => this.showBar());
    }
    field.addEventListener("keydown", (event) => this.onKey(event));
  }

  onKey(event) {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    const kind = KINDS.find(({ key }) => key === event.key.toLowerCase());
    if (!kind) return;
    event.preventDefault();
    this.toggle(kind.type);
  }

  get entities() {
    return this.ranges.map(({ type, start, end, url }) => ({
      type, offset: start, length: end - start, ...(url ? { url } : {}),
    }));
  }

  clear() {
    this.set("", []);
  }

  set(text, ranges) {
    this.field.value = text;
    this.text = text;
    this.ranges = ranges;
    this.changed();
  }

  // What was typed, taken away or pasted moves the stretches behind it.
  typed() {
    const before = this.text;
    const after = this.field.value;
    let tail = after.slice(this.field.selectionEnd);
    if (!before.endsWith(tail)) tail = "";
    const most = Math.min(before.length, after.length) - tail.length;
    let from = 0;
    while (from < most && before[from] === after[from]) from += 1;
    const until = before.length - tail.length;
    const moved = after.length - before.length;
    const at = (place, isEnd) => {
      if (place < from || (isEnd && place === from)) return place;
      return place >= until ? place + moved : from;
    };
    this.ranges = this.ranges
      .map((range) => ({ ...range, start: at(range.start, false), end: at(range.end, true) }))
      .filter(({ start, end }) => end > start);
    this.text = after;
    this.changed();
  }

  toggle(type) {
    const { selectionStart: start, selectionEnd: end } = this.field;
    if (start === end) return;
    const covered = this.ranges.some((range) => range.type === type && range.start <= start && range.end >= end);
    if (covered) {
      this.cut(type, start, end);
      this.changed();
    } else if (type === "text_link") {
      askAddress((url) => {
        this.cover({ type, start, end, url });
        this.field.focus();
        this.field.setSelectionRange(end, end);
      });
    } else {
      this.cover({ type, start, end });
    }
  }

  cover(range) {
    this.cut(range.type, range.start, range.end);
    this.ranges.push(range);
    this.ranges.sort((one, other) => one.start - other.start || other.end - one.end);
    this.changed();
  }

  cut(type, start, end) {
    this.ranges = this.ranges.flatMap((range) => {
      if (range.type !== type || range.end <= start || range.start >= end) return [range];
      return [{ ...range, end: start }, { ...range, start: end }].filter((part) => part.end > part.start);
    });
  }

  changed() {
    this.preview.hidden = !this.ranges.length;
    const words = make("div", { class: "words", dir: "auto" });
    words.append(...formatted(this.text, this.entities, { username: "" }));
    this.preview.replaceChildren(make("span", { class: "format-note" }, "It will look like this:"), words);
    this.showBar();
    this.onChange();
  }

  showBar() {
    const { selectionStart: start, selectionEnd: end } = this.field;
    this.bar.hidden = start === end || !this.field.value;
    for (const button of this.bar.children) {
      const on = this.ranges.some((range) => range.type === button.dataset.format && range.start <= start && range.end >= end);
      button.setAttribute("aria-pressed", String(on));
    }
  }
}
