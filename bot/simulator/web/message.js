// One message, or one album, as nodes.

import { calendarCard, fileCard, previewCard, venueCard } from "./cards.js";
import { anchor, formatted } from "./formatted.js";
import { gallery } from "./media.js";
import { icon, make } from "./nodes.js";
import { pollCard } from "./poll.js";
import { clockTime, dayAndTime } from "./words.js";

// Fills the node of a message, or of the messages of an album. `view` says who looks: zone, language, viewer,
// inGroup, botName and nameOf; `deeds` is what buttons and links do.
export function fillMessage(node, messages, view, deeds) {
  const [message] = messages;
  if (message.service) {
    node.style.width = "";
    node.replaceChildren(make("p", { class: "service", dir: "auto" }, message.service));
    return;
  }
  const bubble = make("div", { class: "bubble" });
  bubble.append(...writer(message, view));
  const reply = messages.find((one) => one.reply_to);
  if (reply) bubble.append(quote(reply, deeds));
  const seen = messages.filter((one) => one.photo || one.video);
  const shown = seen.length ? gallery(seen) : null;
  const captions = messages.flatMap((one) => caption(one, deeds));
  const above = messages.some((one) => one.caption_above);
  if (shown && !above) bubble.append(shown.node);
  for (const one of messages) bubble.append(...cardsOf(one, view, deeds));
  bubble.append(...captions);
  if (shown && above) bubble.append(shown.node);
  bubble.classList.toggle("with-media", Boolean(shown));
  bubble.classList.toggle("caption-above", Boolean(shown) && above && captions.length > 0);
  bubble.append(meta(messages, view));
  node.style.width = shown ? `min(${shown.width}px, 86%)` : "";
  const parts = [make("div", { class: "bubble-row" }, bubble, replyButton(message, deeds))];
  if (message.buttons.length) parts.push(keyboard(message, view, deeds));
  node.replaceChildren(...parts);
}

function writer(message, view) {
  const mine = !message.from_bot && (!view.inGroup || message.sender?.id === view.viewer);
  if (mine) return [make("span", { class: "hidden" }, "You: ")];
  if (!view.inGroup) return [make("span", { class: "hidden" }, "Bot: ")];
  const name = message.from_bot ? view.botName : message.sender?.name ?? "The group";
  return [make("p", { class: "sender" }, make("span", { dir: "auto" }, name),
    message.from_bot ? make("span", { class: "sender-mark" }, "bot") : null)];
}

function quote(message, deeds) {
  return make("button", {
    type: "button", class: "reply", "data-reply-to": message.reply_to, onclick: () => deeds.goTo(message.reply_to),
  },
  make("span", { class: "reply-name", dir: "auto" }, message.reply_name), make("span", { class: "hidden" }, ": "),
  make("span", { class: "reply-words", dir: "auto" }, message.reply.replaceAll("\n", " ")));
}

function replyButton(message, deeds) {
  return make("button", {
    type: "button", class: "answer", "aria-label": "Reply", title: "Reply", tabindex: "-1", "data-focus": "reply",
    onclick: () => deeds.reply(message),
  }, icon("reply"));
}

function cardsOf(message, view, deeds) {
  const cards = [];
  if (message.document?.calendar) cards.push(calendarCard(message.document, view.zone));
  else if (message.document) cards.push(fileCard(message.document));
  if (message.venue) cards.push(venueCard(message.venue));
  if (message.poll) cards.push(pollCard(message.poll, view, deeds));
  return cards;
}

function caption(message, deeds) {
  if (!message.text) return [];
  const words = make("div", { class: "words", dir: "auto" });
  words.append(...formatted(message.text, message.entities, deeds));
  if (!message.preview) return [words];
  const card = previewCard(message.preview, deeds);
  return message.preview.above ? [card, words] : [words, card];
}

function meta(messages, view) {
  const [message] = messages;
  const sent = new Date(message.date);
  return make("p", { class: "meta" },
    messages.some((one) => one.edited) ? make("span", { class: "edited" }, "edited ") : null,
    make("time", { datetime: message.date, title: dayAndTime(sent, view.zone) }, clockTime(sent, view.zone)));
}

function keyboard(message, view, deeds) {
  const rows = message.buttons.map((row, r) =>
    make("div", { class: "buttons" }, ...row.map((button, c) => {
      const look = `button ${button.style ? `style-${button.style}` : ""}`;
      const at = { "data-row": r, "data-column": c, "data-data": button.data, class: look, dir: "auto" };
      if (button.kind === "url") {
        const link = anchor(button.url, deeds, at);
        link.append(make("span", {}, button.text), icon("out"));
        return link;
      }
      const node = make("button", { type: "button", ...at }, make("span", {}, button.text),
        button.kind === "copy" ? icon("copy") : null);
      node.addEventListener("click", () => deeds.press(message, r, c, node));
      return node;
    })));
  return make("div", { class: "keyboard", lang: view.language }, ...rows);
}
