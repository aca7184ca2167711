// The page: who one is, the conversation, the composer.

import { eventID, get, post } from "./api.js";
import { Completer } from "./complete.js";
import { avatar, el, say, setMedia, setWords, text } from "./dom.js";
import { openForm } from "./form.js";
import { openLook } from "./look.js";
import { Home } from "./home.js";
import { Log } from "./log.js";
import { Clock, drawStops } from "./time.js";

const $ = (id) => document.getElementById(id);
const page = { state: null, me: null, in: "", status: { unread: {}, channels: [] }, events: null, journey: null };
const line = $("compose-line");
const completer = new Completer(line, $("suggest"), () => say("suggestions"));
const log = new Log({ box: $("messages"), list: $("log"), below: $("below"), live: $("live"), press, report, seen });
const home = new Home({ tabs: $("tabs"), messages: $("messages"), home: $("home"), card: $("home-card"), press, ask: (body) => post("/api/home", { ...body, as: page.me.id }) });

// The address keeps who one is and where, so that a page can be loaded again.
function readAddress() {
  const [as = "", place = ""] = location.hash.slice(1).split("/").map(decodeURIComponent);
  return { as, place };
}

async function become(as, place = "") {
  page.state = await get("/api/state", { as });
  const s = page.state;
  page.me = s.people.find((p) => p.id === s.as);
  if (!page.me) return;
  page.in = place || page.me.id;
  setWords(s.words);
  setMedia(s.media);
  log.look = s.canLook ? (ref) => openLook(page.me.id, ref) : null;
  document.documentElement.lang = s.language;
  for (const node of document.querySelectorAll("[data-word]")) node.textContent = say(node.dataset.word);
  page.clock = new Clock(s.language, page.me.zone);
  log.begin(page.clock, page.me);
  completer.commands = s.commands;
  completer.people = s.people;
  listen();
  show(page.in);
  home.reset();
}

function show(place) {
  page.in = place;
  history.replaceState(null, "", `#${encodeURIComponent(page.me.id)}${place === page.me.id ? "" : `/${encodeURIComponent(place)}`}`);
  log.show(place, isChannel(place) ? say("empty_channel", { channel: place }) : say("empty", { name: page.me.name.split(" ")[0] }));
  line.placeholder = say("placeholder");
  line.setAttribute("aria-label", say("message_to", { place: isChannel(place) ? place : say("bot") }));
  $("send").setAttribute("aria-label", say("send"));
  home.leave();
  drawPeople();
  drawTime();
}

const isChannel = (place) => place.startsWith("#");

function drawPeople() {
  const entry = (id, face, name, under, current, go) => {
    const n = page.status.unread[id] ?? 0;
    return el("li", {}, el("button", {
      type: "button", class: "person", "aria-current": current ? "true" : null, onclick: () => { closeSide(); go(); },
    }, face, el("span", { class: "person-words" }, text(name, "span", { class: "person-name" }), under ? text(under, "span", { class: "person-role" }) : null),
    n && !(current && page.in === id) ? el("span", { class: "unread", "aria-label": say("unread", { n }), text: n > 99 ? "99+" : String(n) }) : null));
  };
  keepFocus($("people"), page.state.people.map((p) =>
    entry(p.id, avatar(p), p.name, p.role, p.id === page.me.id, () => become(p.id))));
  keepFocus($("channels"), page.status.channels.map((c) =>
    entry(c, el("span", { class: "hash", "aria-hidden": "true", text: "#" }), c.slice(1), "", c === page.in, () => show(c))));
  $("channels-nav").hidden = page.status.channels.length === 0;
  const total = Object.entries(page.status.unread).reduce((sum, [id, n]) => sum + (id === page.in ? 0 : n), 0);
  $("who").setAttribute("aria-label", `${page.me.name}. ${say("switch")}`);
  $("who").replaceChildren(avatar(page.me), el("span", { class: "person-words" },
    isChannel(page.in) ? text(page.in, "span", { class: "person-name" }) : text(page.me.name, "span", { class: "person-name" }),
    text(isChannel(page.in) ? `${say("you")}: ${page.me.name}` : page.me.role, "span", { class: "person-role" })),
  total ? el("span", { class: "unread", text: String(total) }) : "");
}

// keepFocus redraws a list without taking the focus from its reader.
function keepFocus(list, entries) {
  const at = [...list.children].findIndex((li) => li.contains(document.activeElement));
  list.replaceChildren(...entries);
  list.children[at]?.querySelector("button").focus();
}

function drawTime() {
  const { now, travelling } = page.status;
  if (now) {
    $("now").dateTime = now;
    $("now").replaceChildren(el("strong", {}, page.clock.day(now), el("span", { class: "year", text: page.clock.year(now) })),
      el("span", { text: ` ${page.clock.time(now)} ` }), el("small", { text: page.clock.zoneName(now) }));
  }
  $("time").classList.toggle("travelling", Boolean(travelling));
  $("going").hidden = !travelling;
  $("stop").hidden = !page.journey;
  page.stale ||= Boolean(travelling);
  $("stops").hidden = page.stale;
}

// drawJumps draws the stops as they were fetched; those from before a journey
// lie in the past, and are hidden until then.
function drawJumps() {
  drawStops($("stops"), page.state.canTravel ? page.state.stops : [], page.clock, travel);
  page.stale = Boolean(page.status.travelling);
  $("stops").hidden = page.stale;
}

async function travel(to) {
  page.journey = new AbortController();
  const { error } = await post("/api/travel", { to }, page.journey.signal);
  page.journey = null;
  if (error) toast(say("travel_failed"));
  await refresh();
}

// refresh fetches what may have changed with time: the stops, the commands.
async function refresh() {
  const s = await get("/api/state", { as: page.me.id });
  if (s.as !== page.me.id) return;
  page.state = s;
  completer.commands = s.commands;
  drawPeople();
  drawJumps();
}

function listen() {
  page.events?.close();
  page.events = new EventSource(`/api/events?${new URLSearchParams({ as: page.me.id })}`);
  // A second beginning on one connection is another start of the bot, which
  // only takes requests of a page loaded since.
  let begun = false;
  page.events.addEventListener("reset", () => { if (begun) location.reload(); begun = true; log.clear(); });
  page.events.addEventListener("messages", (e) => log.put(JSON.parse(e.data)));
  page.events.addEventListener("status", (e) => {
    const before = page.status;
    page.status = JSON.parse(e.data);
    drawPeople();
    drawTime();
    if (before.now !== page.status.now || before.travelling !== page.status.travelling) later(refresh);
  });
  page.events.onerror = (e) => {
    document.body.classList.add("lost");
    if (e.target.readyState === EventSource.CLOSED && e.target === page.events) setTimeout(listen, 3000);
  };
  page.events.onopen = () => document.body.classList.remove("lost");
  drawJumps();
}

let waiting = 0;

function later(work) {
  clearTimeout(waiting);
  waiting = setTimeout(() => { if (!page.status.travelling) work(); }, 200);
}

let reading = 0;

function seen(place) {
  clearTimeout(reading);
  reading = setTimeout(() => {
    if (document.visibilityState === "visible" && page.in === place) post("/api/read", { as: page.me.id, in: place });
  }, 250);
}

// send asks the server as whoever one is, and remembers who that was: one may
// be somebody else by the time the answer comes.
async function send(path, body) {
  const as = page.me.id;
  return { ...await post(path, { id: eventID(), ...body, as }), as };
}

// press runs what a button carries; message is empty on the home view.
async function press(command, button, message) {
  const holder = button.closest(".card");
  if (holder?.hasAttribute("aria-busy")) return;
  holder?.setAttribute("aria-busy", "true");
  const answer = await send("/api/press", { in: page.in, text: command, message });
  holder?.removeAttribute("aria-busy");
  take(answer);
}

// report opens the form in which the message is quoted.
async function report(message) {
  take(await send("/api/report", { in: page.in, message }));
}

function take(answer) {
  if (answer.as !== page.me.id) return;
  if (answer.error) toast(answer.error === "offline" ? say("offline") : answer.error);
  if (answer.posted && answer.in !== page.in) show(answer.in);
  if (answer.form) fill(answer.form);
  else if (home.open && answer.posted) home.leave();
  else if (home.open) home.load();
  later(refresh);
}

function fill(form) {
  let id = eventID();
  openForm(form, async (fields, files) => {
    const answer = await send("/api/submit", { id, form: form.id, fields, files });
    // A lost answer is asked for again under the same name.
    if (!answer.lost) id = eventID();
    else answer.error = say("offline");
    return answer;
  }, take);
}

$("compose").addEventListener("submit", async (e) => {
  e.preventDefault();
  const typed = line.value.trim();
  if (!typed) return;
  completer.close();
  line.value = "";
  home.leave();
  log.toEnd();
  const answer = await send("/api/say", { in: page.in, text: typed });
  if (answer.lost && !line.value) line.value = typed;
  take(answer);
});

$("stop").addEventListener("click", () => page.journey?.abort());

let fading = 0;

function toast(words) {
  $("toast").textContent = words;
  $("toast").hidden = false;
  clearTimeout(fading);
  fading = setTimeout(() => { $("toast").hidden = true; }, 6000);
}

// On a phone the people stand in a drawer.
const small = matchMedia("(max-width: 760px)");
const drawer = () => { $("side").popover = small.matches ? "auto" : null; };
const closeSide = () => { if ($("side").popover) $("side").hidePopover(); };
small.addEventListener("change", drawer);
drawer();
document.addEventListener("visibilitychange", () => seen(page.in));
addEventListener("hashchange", () => { const a = readAddress(); if (a.as !== page.me.id) become(a.as, a.place); else show(a.place || a.as); });

const start = readAddress();
become(start.as, start.place);
