// Drawing Block Kit as Slack does, as far as our adapter speaks it.

import { el, text } from "./dom.js";
import { idle, menu, picture, words } from "./parts.js";

export function drawSlack(message) {
  return el("div", { class: "drawn-slack" }, (message.Blocks ?? []).map((b) => blocks[b.type]?.(b) ?? text(b.type, "code")));
}

const blocks = {
  header: (b) => text(b.text.text, "h4"),
  section: (b) => el("div", { class: "beside" }, prose(b.text), b.accessory ? element(b.accessory) : null),
  context: (b) => el("div", { class: "small" }, b.elements.map(prose)),
  divider: () => el("hr"),
  image: (b) => picture(b.image_url, b.alt_text),
  actions: (b) => el("div", { class: "buttons" }, b.elements.map(element)),
  rich_text: (b) => el("p", { dir: "auto", class: "text" }, b.elements.flatMap((s) => s.elements).map((r) =>
    words(r.text, { url: r.url, bold: r.style?.bold, italic: r.style?.italic }))),
  table: (b) => el("table", {}, b.rows.map((row, i) => el("tr", {}, row.map((c) => text(c.text, i ? "td" : "th"))))),
};

function element(e) {
  switch (e.type) {
    case "button": return idle(e.text.text, { url: e.url, look: e.style, spoken: e.accessibility_label });
    case "overflow": return menu(e.options.map((o) => o.text.text));
    case "static_select": return menu(e.options.map((o) => o.text.text), e.placeholder?.text);
  }
  return text(e.type, "code");
}

// prose is a text object. Slack reads stars, underscores and a mark of
// quotation in mrkdwn; its three entities are what the adapter escapes.
function prose(t) {
  if (t.type !== "mrkdwn") return text(t.text, "p", { class: "text" });
  const quoted = t.text.startsWith("> ");
  const body = el(quoted ? "blockquote" : "p", { dir: "auto", class: `text${quoted ? " quote" : ""}` });
  const plain = quoted ? t.text.replace(/^> ?/gm, "") : t.text;
  for (const part of plain.split(/((?<![\w*])\*[^*\n]+\*(?![\w*])|(?<![\w_])_[^_\n]+_(?![\w_]))/)) {
    const marked = /^([*_])(.+)\1$/.exec(part);
    body.append(words(entities(marked ? marked[2] : part), { bold: marked?.[1] === "*", italic: marked?.[1] === "_" }));
  }
  return body;
}

function entities(s) { return s.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&"); }
