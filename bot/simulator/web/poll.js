// Polls and quizzes: what is asked, one's own vote, and how it stands.

import { formatted } from "./formatted.js";
import { icon, make } from "./nodes.js";
import { count, dayAndTime } from "./words.js";

export function pollCard(poll, view, deeds) {
  const own = poll.choices[String(view.viewer)] ?? null;
  const voted = own !== null;
  const results = poll.closed || (voted && !poll.hides_results);
  const state = { poll, own: own ?? [], voted, results, told: poll.closed || voted, view, deeds };
  const card = make("div", {
    class: "poll", "data-poll": poll.id, "data-kind": poll.quiz ? "quiz" : "poll",
    "data-closed": String(poll.closed), "data-voted": String(voted),
    role: "group", "aria-label": `${kind(poll)}: ${poll.question}`,
  });
  card.append(
    words("poll-question", poll.question, poll.question_entities, deeds),
    poll.description ? words("poll-description", poll.description, poll.description_entities, deeds) : "",
    make("p", { class: "poll-kind" }, [kind(poll), poll.multiple && !poll.closed ? "several answers" : ""].filter(Boolean).join(" · ")),
    answers(state),
    ...outcome(state),
    foot(state));
  return card;
}

function kind(poll) {
  if (poll.closed) return poll.quiz ? "Quiz, final results" : "Final results";
  const what = poll.quiz ? "quiz" : "poll";
  return poll.anonymous ? `Anonymous ${what}` : `Public ${what}`;
}

function words(look, text, entities, deeds) {
  const node = make("p", { class: look, dir: "auto" });
  node.append(...formatted(text, entities, deeds));
  return node;
}

// The rows are as high before the vote as after it, so that nothing jumps.
function answers(state) {
  const { poll, voted } = state;
  const list = make("ul", { class: "poll-options" });
  const open = !poll.closed && !voted;
  const boxes = [];
  poll.options.forEach((option, number) => {
    const row = make("li", { class: "poll-option", "data-option": number });
    if (open && poll.multiple) {
      const box = make("input", { type: "checkbox", "data-focus": `option-${number}` });
      boxes.push(box);
      row.append(make("label", { class: "poll-choice" }, box, text(option, state)), line());
    } else if (open) {
      row.append(make("button", {
        type: "button", class: "poll-choice", "data-focus": `option-${number}`,
        onclick: () => state.deeds.vote(poll, [number]),
      }, make("span", { class: "poll-ring", "aria-hidden": "true" }), text(option, state)), line());
    } else {
      row.append(...result(option, number, state));
    }
    list.append(row);
  });
  state.boxes = boxes;
  return list;
}

function line(bar) {
  return make("span", { class: "poll-line", "aria-hidden": "true" }, bar);
}

function text(option, state) {
  const node = make("span", { class: "poll-text", dir: "auto" });
  node.append(...formatted(option.text, option.entities, state.deeds));
  return node;
}

function result(option, number, state) {
  const { poll, own, results } = state;
  const mine = own.includes(number);
  const share = poll.voters ? Math.round((100 * option.votes) / poll.voters) : 0;
  const right = poll.correct?.includes(number) ?? false;
  const judged = state.told && poll.quiz && poll.correct !== null;
  const sign = judged ? (right ? "right" : mine ? "wrong" : null) : mine ? "chosen" : null;
  const bar = make("span", { class: `poll-bar ${sign ?? ""}` });
  bar.style.inlineSize = results ? `${share}%` : "0";
  const names = poll.anonymous ? [] : Object.entries(poll.choices)
    .filter(([, chosen]) => chosen.includes(number)).map(([id]) => state.view.nameOf(Number(id)));
  return [
    make("div", { class: "poll-choice" },
      make("span", { class: "poll-share" }, results ? `${share}%` : ""),
      text(option, state),
      sign ? make("span", { class: `poll-sign ${sign}` }, icon(sign === "wrong" ? "close" : "check"),
        make("span", { class: "hidden" }, signWords(sign, mine))) : null,
      results ? make("span", { class: "poll-votes" }, String(option.votes),
        make("span", { class: "hidden" }, option.votes === 1 ? " vote" : " votes")) : null),
    line(bar),
    results && names.length ? make("p", { class: "poll-names", dir: "auto" }, names.join(", ")) : "",
  ];
}

function signWords(sign, mine) {
  if (sign === "chosen") return "your choice";
  if (sign === "wrong") return "your choice, wrong";
  return mine ? "your choice, right" : "right answer";
}

function outcome(state) {
  const { poll, voted, told } = state;
  if (!poll.quiz || !told || poll.correct === null) return [];
  const right = voted && state.own.length === poll.correct.length
    && state.own.every((number) => poll.correct.includes(number));
  const parts = [];
  if (voted) parts.push(make("p", { class: `poll-verdict ${right ? "right" : "wrong"}` }, right ? "Right" : "Wrong"));
  if (poll.explanation) parts.push(words("poll-explanation", poll.explanation, poll.explanation_entities, state.deeds));
  return parts;
}

function foot(state) {
  const { poll, voted, results, boxes } = state;
  const row = make("div", { class: "poll-foot" });
  const votes = make("span", {}, count(poll.voters, "vote", "votes"));
  if (!poll.closed && !voted && poll.multiple) {
    const send = make("button", { type: "button", class: "poll-do", disabled: true, "data-focus": "vote" }, "Vote");
    for (const box of boxes) {
      box.addEventListener("change", () => { send.disabled = !boxes.some((one) => one.checked); });
    }
    send.addEventListener("click", () => state.deeds.vote(poll, boxes.flatMap((box, number) => (box.checked ? [number] : []))));
    row.append(send);
  } else if (!poll.closed && voted && poll.revoting) {
    row.append(make("button", {
      type: "button", class: "poll-do", "data-focus": "retract", onclick: () => state.deeds.vote(poll, []),
    }, "Take the vote back"));
  }
  row.append(votes);
  if (voted && !results) row.append(make("span", {}, "Results when it is closed"));
  if (poll.closes_at && !poll.closed) {
    row.append(make("span", {}, `until ${dayAndTime(new Date(poll.closes_at), state.view.zone)}`));
  }
  return row;
}
