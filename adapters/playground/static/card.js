// Drawing a card. act(command, button) runs what a button carries.

import { el, local, text } from "./dom.js";
import { menuButton } from "./menu.js";
import { picture, words } from "./parts.js";

export function drawCard(card, act) {
  const body = el("div", { class: "card", lang: card.language || null });
  for (const block of card.blocks) {
    const node = draw[block.is]?.(block, act);
    if (node) body.append(node);
  }
  return body;
}

const draw = {
  text: (b) => (b.runs
    ? el("p", { dir: "auto", class: `text ${b.style}` }, b.runs.map((r) => words(r.text, r)))
    : text(b.text, { title: "h3", section: "h4", quote: "blockquote" }[b.style] ?? "p", { class: `text ${b.style}` })),

  facts: (b) => el("dl", { class: "facts" }, (b.facts ?? []).map((f) =>
    el("div", {}, text(f.name, "dt"), text(f.value, "dd")))),

  list: (b, act) => el("div", { class: "list" },
    el("ul", {}, (b.rows ?? []).map((r) => row(r, act))),
    b.more ? text(b.more, "p", { class: "more" }) : null),

  table: (b) => el("div", { class: "table", tabindex: "0", role: "group" },
    el("table", {},
      el("thead", {}, el("tr", {}, (b.columns ?? []).map((c) => text(c, "th", { scope: "col" })))),
      el("tbody", {}, (b.cells ?? []).map((r) => el("tr", {}, r.map((c) => text(c, "td", { class: figure(c) ? "figure" : null })))))),
    b.more ? text(b.more, "p", { class: "more" }) : null),

  chart: (b) => {
    const points = b.points ?? [];
    const most = Math.max(...points.map((p) => p.value), 1e-9);
    return el("figure", { class: "chart" },
      text(b.label ?? "", "figcaption"),
      el("div", { class: "bars", "aria-hidden": "true" }, points.map((p) => {
        const bar = el("span", { class: "bar" });
        bar.style.width = `${Math.max(0, (100 * p.value) / most)}%`;
        return el("div", {}, text(p.label), el("span", { class: "track" }, bar), el("span", { class: "figure", text: String(p.value) }));
      })),
      text(b.text ?? "", "p", { class: "text quiet" }));
  },

  image: (b) => picture(b.url, b.label),

  divider: () => el("hr"),

  buttons: (b, act) => el("div", { class: "buttons" },
    (b.shown ?? []).map((x) => button(x, act)),
    b.menu?.length ? menu(b.menu, b.more, act) : null),

  select: (b, act) => el("div", { class: "select" },
    text(b.label ?? "", "span", { class: "select-label" }),
    menuButton(b.more, `${b.label}: ${b.more}`, b.options ?? [], (o, from) => act(`${b.command} ${o.value}`, from), "button choose")),
};

function row(r, act) {
  return el("li", { class: "row" },
    el("div", { class: "row-head" },
      el("span", { class: "row-title" }, text(r.title), r.id ? el("span", { class: "row-id" }, r.title ? " · " : "", text(r.id)) : null),
      r.when ? text(r.when, "span", { class: "row-when" }) : null),
    r.note ? text(r.note, "p", { class: "row-note" }) : null,
    rowActions(r, act));
}

// rowActions is a menu, or the only choice as a button of its own.
function rowActions(r, act) {
  const choices = r.menu ?? [];
  if (choices.length === 1) {
    const only = button(choices[0], act);
    only.classList.add("small", "row-only");
    return only;
  }
  return choices.length ? menu(choices, r.more, act) : null;
}

function button(b, act) {
  if (b.url) {
    return text(b.label, "a", { class: "button page", href: local(b.url), target: "_blank", rel: "noopener noreferrer", title: b.url, "aria-label": b.spoken || null });
  }
  return text(b.label, "button", {
    type: "button", class: `button ${b.look ?? ""}`, "aria-label": b.spoken || null,
    onclick: (e) => act(b.command, e.currentTarget),
  });
}

function menu(items, spoken, act) {
  return menuButton("⋯", spoken, items, (item, from) => (item.url ? open(local(item.url), "_blank", "noopener,noreferrer") : act(item.command, from)));
}

// figure tells numbers from words, to set them right.
function figure(s) { return /^[-+−]?[\d.,\s]+\s?%?$/.test(s); }
