// Dialogs that ask for something, do it, and stay open with the reason when it cannot be done.

import { make } from "./nodes.js";
import { sentence } from "./words.js";

let number = 0;

// `deed` does it, or throws why not; then `done` comes, once the dialog is closed and the focus is back.
export function ask({ title, fields, submit, deed, done, look = "" }) {
  number += 1;
  const id = `dialog-${number}`;
  const wrong = make("p", { class: "dialog-error", role: "alert" });
  const button = submit ? make("button", { type: "submit", value: "do" }, submit) : null;
  const form = make("form", { method: "dialog" },
    make("h2", { id }, title), ...fields, wrong,
    make("div", { class: "dialog-buttons" },
      make("button", { type: "button", class: submit ? "quiet" : null, onclick: () => dialog.close() }, submit ? "Cancel" : "Close"),
      button));
  const dialog = make("dialog", { class: look, "aria-labelledby": id }, form);
  let result;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!button || button.disabled) return;
    button.disabled = true;
    wrong.textContent = "";
    try {
      result = { value: await deed(form) };
      dialog.close();
    } catch (error) {
      wrong.textContent = sentence(error.message);
    } finally {
      button.disabled = false;
    }
  });
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (result) done?.(result.value);
  });
  document.body.append(dialog);
  dialog.showModal();
  return { dialog, form, fail: (error) => { wrong.textContent = error ? sentence(error.message) : ""; } };
}

export function labelled(words, input) {
  // Else the choices of a list would be read as part of its name.
  if (input.tagName === "SELECT") input.setAttribute("aria-label", words);
  return make("label", {}, words, input);
}

export function checkbox(words, attributes = {}) {
  const box = make("input", { type: "checkbox", ...attributes });
  return { box, node: make("label", { class: "check" }, box, make("span", { dir: "auto" }, words)) };
}

export function askPlace(send) {
  const value = (form, name) => form.elements[name].value.trim();
  ask({
    title: "Send a place",
    submit: "Send",
    fields: [
      labelled("Name", make("input", { name: "title", maxlength: "128", autocomplete: "off", placeholder: "none: only the point" })),
      labelled("Address", make("input", { name: "address", maxlength: "128", autocomplete: "off" })),
      make("div", { class: "side-by-side" },
        labelled("Latitude", make("input", { name: "latitude", type: "number", step: "any", min: "-90", max: "90", required: true, value: "45.4064" })),
        labelled("Longitude", make("input", { name: "longitude", type: "number", step: "any", min: "-180", max: "180", required: true, value: "11.8768" }))),
    ],
    deed: (form) => send({
      title: value(form, "title"), address: value(form, "address"),
      latitude: Number(value(form, "latitude")), longitude: Number(value(form, "longitude")),
    }),
  });
}

export function askPoll(send) {
  const options = make("fieldset", { class: "dialog-options" }, make("legend", {}, "Answers"));
  const quiz = checkbox("Quiz with right answers", { name: "quiz" });
  const multiple = checkbox("Several answers", { name: "multiple" });
  const anonymous = checkbox("Anonymous", { name: "anonymous", checked: true });
  const why = labelled("Explanation", make("input", { name: "explanation", maxlength: "200", autocomplete: "off", placeholder: "shown after the vote" }));
  const rows = () => [...options.querySelectorAll(".dialog-option")];
  const add = () => {
    const place = rows().length + 1;
    const right = make("input", { type: "checkbox", name: "right", "aria-label": `Answer ${place} is right` });
    const field = make("input", { name: "option", maxlength: "100", autocomplete: "off", "aria-label": `Answer ${place}` });
    // The next line is there as soon as this one is used.
    field.addEventListener("input", () => { if (field.value && rows().at(-1) === row && rows().length < 12) add(); });
    const row = make("div", { class: "dialog-option" }, right, field);
    options.append(row);
    follow();
  };
  const follow = () => {
    why.hidden = !quiz.box.checked;
    for (const row of rows()) row.firstElementChild.hidden = !quiz.box.checked;
  };
  quiz.box.addEventListener("change", follow);
  add();
  add();
  ask({
    title: "Send a poll or quiz",
    submit: "Send",
    fields: [
      labelled("Question", make("input", { name: "question", required: true, maxlength: "300", autocomplete: "off" })),
      options, quiz.node, multiple.node, anonymous.node, why,
    ],
    deed: (form) => {
      const filled = rows().filter((row) => row.lastElementChild.value.trim());
      const correct = filled.flatMap((row, place) => (row.firstElementChild.checked ? [place] : []));
      if (filled.length < 2) throw new Error("A poll needs two answers at least.");
      if (quiz.box.checked && !correct.length) throw new Error("A quiz needs a right answer: tick it.");
      return send({
        question: form.elements.question.value,
        options: filled.map((row) => row.lastElementChild.value),
        anonymous: anonymous.box.checked,
        multiple: multiple.box.checked,
        correct: quiz.box.checked ? correct : [],
        explanation: quiz.box.checked ? form.elements.explanation.value : "",
      });
    },
  });
}

export function askAddress(use) {
  const field = make("input", { name: "address", required: true, autocomplete: "off", inputmode: "url", placeholder: "example.org" });
  ask({
    title: "Link the words",
    submit: "Link",
    fields: [labelled("Address", field)],
    deed: () => (/^[a-z]+:\/\//i.test(field.value) ? field.value.trim() : `https://${field.value.trim()}`),
    done: use,
  });
}
