// Drawing Adaptive Cards as Teams does, as far as our adapter speaks them.

import { el, text } from "./dom.js";
import { idle, menu, picture, words } from "./parts.js";

export function drawTeams(message) {
  const root = el("div", { class: "drawn-teams" });
  root.append(...elements(message.Card.body, root), ...actions(message.Card.actions));
  return root;
}

function elements(list, root) {
  return (list ?? []).map((e) => {
    const node = draw[e.type]?.(e, root) ?? (e.fallback ? elements([e.fallback], root)[0] : text(e.type, "code"));
    if (e.separator) node.classList.add("separated");
    if (e.spacing) node.classList.add(`space-${e.spacing}`);
    if (e.id) node.dataset.id = e.id;
    if (e.isVisible === false) node.hidden = true;
    return node;
  });
}

const draw = {
  TextBlock: (e) => text(unmark(e.text), e.style === "heading" ? "h4" : "p", { class: `text ${e.size === "large" ? "large" : ""} ${e.color === "attention" ? "wrong" : ""}` }),
  RichTextBlock: (e) => el("p", { dir: "auto", class: `text ${e.horizontalAlignment ?? ""}` }, e.inlines.map((r) =>
    words(r.text, { url: r.selectAction?.url, bold: r.weight === "bolder", italic: r.italic, kind: `${r.isSubtle ? "subtle" : ""} ${r.size ?? ""}` }))),
  FactSet: (e) => el("dl", { class: "facts" }, e.facts.map((f) => el("div", {}, text(unmark(f.title), "dt"), text(unmark(f.value), "dd")))),
  Container: (e, root) => {
    const ids = e.selectAction?.targetElements;
    if (!ids) return el("div", { class: e.style ?? "" }, elements(e.items, root));
    // Pressing the row shows its menu, as it does there.
    const press = () => ids.forEach((id) => { const to = root.querySelector(`[data-id="${CSS.escape(id)}"]`); if (to) to.hidden = !to.hidden; });
    return el("div", { class: "unfold", role: "button", tabindex: "0", title: e.selectAction.title, onclick: press, onkeydown: (k) => { if (k.key === "Enter") press(); } }, elements(e.items, root));
  },
  ColumnSet: (e, root) => el("div", { class: "beside" }, e.columns.map((c) => el("div", { class: c.width === "stretch" ? "stretch" : "" }, elements(c.items, root)))),
  Table: (e, root) => el("table", {}, e.rows.map((r, i) => el("tr", {}, r.cells.map((c) => el(i || !e.firstRowAsHeader ? "td" : "th", {}, elements(c.items, root)))))),
  Image: (e) => picture(e.url, e.altText),
  ActionSet: (e) => el("div", { class: "buttons" }, actions(e.actions)),
  "Input.ChoiceSet": (e) => el("p", { class: "text" }, text(e.label), " ", menu(e.choices.map((c) => c.title), e.placeholder)),
};

// actions are buttons, and those of second rank in a menu behind them.
function actions(list) {
  const first = (list ?? []).filter((a) => a.mode !== "secondary"), more = (list ?? []).filter((a) => a.mode === "secondary");
  const look = { positive: "primary", destructive: "danger" };
  return [...first.map((a) => idle(a.title, { url: a.url, look: look[a.style], spoken: a.tooltip })), ...(more.length ? [menu(more.map((a) => a.title))] : [])];
}

// unmark reads the Markdown that the adapter has escaped.
function unmark(s) { return s.replace(/\\([!-/:-@[-`{-~])/g, "$1").replaceAll("\u00a0", " ").replaceAll("\n\n", "\n"); }
