// Parts of drawn messages.

import { el, local, text } from "./dom.js";

// idle is a button to be looked at: only one that opens a page does something.
export function idle(label, { url, look, spoken } = {}) {
  const kind = { class: `button small ${look ?? ""}`, "aria-label": spoken || null };
  if (url) return text(label, "a", { ...kind, href: local(url), target: "_blank", rel: "noopener noreferrer", title: url });
  return text(label, "span", { ...kind, role: "img" });
}

export function menu(labels, face = "⋯") {
  return el("details", { class: "fold" }, el("summary", { class: "button small", text: face }), el("ul", {}, labels.map((l) => text(l, "li"))));
}

export function words(s, { url, bold, italic, kind } = {}) {
  let node = url ? el("a", { href: local(url), target: "_blank", rel: "noopener noreferrer", text: s }) : document.createTextNode(s);
  if (italic) node = el("em", {}, node);
  if (bold) node = el("strong", {}, node);
  return kind?.trim() ? el("span", { class: kind }, node) : node;
}

export function picture(url, alt) {
  const missing = () => el("div", { class: "picture", role: "img", "aria-label": alt }, text(alt ?? "", "span"));
  const from = local(url ?? "");
  if (!/^(\/(?!\/)|data:image\/)/.test(from)) return missing();
  const img = el("img", { class: "picture", src: from, alt: alt ?? "" });
  img.addEventListener("error", () => img.replaceWith(missing()));
  return img;
}
