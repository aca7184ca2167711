// Building elements and finding words. Text always goes in as text.

let words = {};

export function setWords(w) { words = w; }

export function say(key, values = {}) {
  return (words[key] ?? key).replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);
}

let media = "";

// setMedia says below which address posters stand that this server hands out
// itself.
export function setMedia(address) { media = address; }

// local is where the page gets what stands there.
export function local(url) { return media && url.startsWith(media) ? `/media/${url.slice(media.length)}` : url; }

// el makes an element. A name that begins with "on" is a listener, "data" a
// data set; null and false leave an attribute out.
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "data") Object.assign(node.dataset, value);
    else if (name === "text") node.textContent = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((c) => c !== null && c !== undefined && c !== false));
  return node;
}

// words of others stand isolated, so that their direction stays their own.
export function text(s, tag = "span", props = {}) {
  return el(tag, { dir: "auto", ...props, text: s });
}

let last = 0;

export function uid(prefix) { return `${prefix}-${++last}`; }

export function avatar(person, size = "") {
  return el("span", { class: `avatar hue-${person.hue} ${size}`, "aria-hidden": "true", text: person.initials });
}

export function botAvatar() {
  return el("img", { class: "avatar bot", src: "/static/icon.svg", alt: "", width: 36, height: 36 });
}
