// The contact sheet: draws each sample, and turns its payloads into tabs.

import { get } from "./api.js";
import { drawCard } from "./card.js";
import { el, uid } from "./dom.js";
import { drawForm } from "./form.js";
import { drawn } from "./look.js";

for (const holder of document.querySelectorAll(".sample-payload")) tabs(holder);

for (const sample of await get("/api/samples")) {
  const holder = document.querySelector(`[data-sample="${CSS.escape(sample.anchor)}"]`);
  if (!holder) continue;
  if (sample.card) {
    holder.append(el("p", { class: "notice", dir: "auto", text: sample.card.summary }), drawCard(sample.card, () => {}));
  } else {
    const { form } = drawForm(sample.form, { onsubmit() {}, oncancel() {} });
    holder.append(el("div", { class: "dialog drawn" }, form));
  }
}
if (location.hash) document.querySelector(location.hash)?.scrollIntoView();

function tabs(holder) {
  const parts = [...holder.querySelectorAll("details[data-tab]")];
  if (parts.length === 0) return;
  const list = el("div", { class: "tabs", role: "tablist" });
  const panels = parts.map((part) => {
    const id = uid("payload");
    const panel = el("div", { role: "tabpanel", id, "aria-labelledby": `${id}-tab` }, drawing(part), part.querySelector("pre"));
    list.append(el("button", { type: "button", role: "tab", id: `${id}-tab`, "aria-controls": id, text: part.querySelector("summary").textContent }));
    return panel;
  });
  const show = (i) => panels.forEach((panel, j) => {
    panel.hidden = i !== j;
    list.children[j].setAttribute("aria-selected", String(i === j));
    list.children[j].tabIndex = i === j ? 0 : -1;
  });
  list.addEventListener("click", (e) => {
    const i = [...list.children].indexOf(e.target);
    if (i < 0) return;
    // A second press folds the payload away.
    show(e.target.getAttribute("aria-selected") === "true" ? -1 : i);
    e.target.tabIndex = 0;
  });
  list.addEventListener("keydown", (e) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[e.key];
    if (!step) return;
    const i = ([...list.children].indexOf(document.activeElement) + step + panels.length) % panels.length;
    show(i);
    list.children[i].focus();
  });
  holder.replaceChildren(list, ...panels);
  show(0);
}

// drawing is a card's payload as its platform shows it; forms are not drawn.
function drawing(part) {
  const name = part.querySelector("summary").textContent, sent = part.querySelector("pre").textContent;
  if (!sent.startsWith("{")) return null;
  const payload = JSON.parse(sent);
  return payload.Blocks || payload.Summary !== undefined ? drawn(name, payload) : null;
}
