// Drawing a form, and the dialog in which it is filled in.

import { el, text, uid } from "./dom.js";

export function drawForm(view, { onsubmit, oncancel }) {
  const fields = new Map();
  const fault = el("p", { class: "form-fault", role: "alert", hidden: true });
  const titleID = uid("form");
  const form = el("form", { class: "form", novalidate: true, lang: view.language, "aria-labelledby": titleID },
    text(view.title, "h2", { id: titleID }),
    view.intro ? text(view.intro, "p", { class: "form-intro" }) : null,
    view.inputs.map((input) => { const f = field(input); fields.set(input.name, f); return f.node; }),
    fault,
    el("div", { class: "form-buttons" },
      text(view.cancel, "button", { type: "button", class: "button", onclick: oncancel }),
      text(view.submit, "button", { type: "submit", class: "button primary" })));
  form.addEventListener("submit", async (e) => {
    e.preventDefault();
    const given = [...fields].filter(([, f]) => f.input.type !== "file").map(([name, f]) => [name, f.input.value]);
    onsubmit(Object.fromEntries(given), await filesIn(fields));
  });
  // Errors go to their fields; one for a field that is not there goes below.
  const showErrors = (errors, general = "") => {
    const known = [...fields].filter(([name, f]) => { f.setError(errors[name] ?? ""); return errors[name]; });
    const rest = Object.entries(errors).filter(([name]) => !fields.has(name)).map(([, s]) => s);
    fault.textContent = [general, ...rest].filter(Boolean).join(" ");
    fault.hidden = !fault.textContent;
    known[0]?.[1].input.focus();
  };
  return { form, showErrors };
}

// filesIn are the files that were chosen, by the name of their field.
async function filesIn(fields) {
  const files = {};
  for (const [name, f] of fields) {
    const file = f.input.files?.[0];
    if (file) files[name] = { name: file.name, data: await base64(file) };
  }
  return files;
}

function base64(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}

function field(input) {
  const id = uid("field");
  const control = controls[input.kind](input);
  control.id = id;
  control.name = input.name;
  const error = el("p", { class: "field-error", id: `${id}-error`, hidden: true });
  const hint = input.hint ? text(input.hint, "p", { class: "field-hint", id: `${id}-hint` }) : null;
  const described = (faulty) => [faulty && `${id}-error`, hint && `${id}-hint`].filter(Boolean).join(" ");
  control.setAttribute("aria-describedby", described(false));
  if (!input.optional) control.setAttribute("aria-required", "true");
  return {
    input: control,
    node: el("div", { class: "field" },
      el("label", { for: id }, text(input.label), input.optional ? el("small", { text: ` ${input.optional}` }) : null),
      hint, control, error),
    setError(s) {
      error.textContent = s;
      error.hidden = !s;
      control.setAttribute("aria-invalid", String(Boolean(s)));
      control.setAttribute("aria-describedby", described(Boolean(s)));
    },
  };
}

const controls = {
  line: (i) => withValue(el("input", { type: "text", maxlength: i.max || null }), i),
  paragraph: (i) => withValue(el("textarea", { rows: 4, maxlength: i.max || null }), i),
  date: (i) => withValue(el("input", { type: "date" }), i),
  file: (i) => el("input", { type: "file", accept: i.accept || null }),
  choice: (i) => withValue(el("select", {},
    el("option", { value: "", text: i.choose ?? "" }),
    (i.options ?? []).map((o) => el("option", { value: o.value, text: o.label }))), i),
};

function withValue(control, input) {
  control.value = input.value ?? "";
  return control;
}

// openForm shows the form until it is accepted or left. send(fields, files) resolves
// to the server's answer; done(answer) is told of an accepted one.
export function openForm(view, send, done) {
  const back = document.activeElement;
  let busy = false;
  const { form, showErrors } = drawForm(view, {
    oncancel: () => dialog.close(),
    onsubmit: async (fields, files) => {
      if (busy) return;
      busy = true;
      form.setAttribute("aria-busy", "true");
      const answer = await send(fields, files);
      busy = false;
      form.removeAttribute("aria-busy");
      if (answer.error || Object.keys(answer.errors ?? {}).length) {
        showErrors(answer.errors ?? {}, answer.error);
        return;
      }
      dialog.close();
      done(answer);
    },
  });
  const dialog = el("dialog", { class: "dialog" }, form);
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (back?.isConnected) back.focus();
  });
  document.body.append(dialog);
  dialog.showModal();
  form.querySelector("input, textarea, select")?.focus();
}
