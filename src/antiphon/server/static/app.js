// The page: a call, drawn from the events that the client module tells. No state of its own but what is shown.

import { AntiphonCall } from "/antiphon-client.js";

const $ = (id) => document.getElementById(id);
const MAX_EVENTS = 200;
const MAX_DRAFTS = 12;
const QUIET = new Set(["ping", "summary", "transcript_changed", "captions_spoken"]);

const legend = new Map();
const legendRead = fetch("/legend")
  .then((answer) => answer.json())
  .then((known) => known.forEach((each) => legend.set(each.name, each)))
  .catch(() => {}); // bars are grey then, and bear their own names

let call = null;
const EARLY = ["opening", "predicted"]; // what drafts are begun for while the caller's voice goes on
let turns = new Map(); // turn id -> { element, caller, agent }
let drafts = new Map();
let replies = new Map(); // reply id -> turn, while it sounds
let speaking = null; // the agent's bubble that sounds now
let opened = 0;

// --- small tools -------------------------------------------------------------------------------------------

function element(tag, { text, ...attributes } = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "style") made.style.cssText = value; // as an attribute the page's policy would not have it
    else made.setAttribute(name === "className" ? "class" : name, value);
  }
  if (text !== undefined) made.textContent = text;
  made.append(...children);
  return made;
}

const ms = (value) => (value == null ? "–" : `${Math.round(value).toLocaleString("en")} ms`);

function scrollDown() {
  const { scrollHeight, scrollTop, clientHeight } = $("scroll");
  if (scrollHeight - scrollTop - clientHeight < 260) $("scroll").scrollTop = scrollHeight;
}

function floor(name, text) {
  $("status").dataset.floor = name;
  if ($("status-text").textContent !== text) $("status-text").textContent = text;
}

/** A line for the person in front; what one thing told, only the same thing takes back. */
function tellPerson(about, message) {
  if (!message && $("notice").dataset.about !== about) return;
  $("notice").dataset.about = about;
  $("notice").hidden = !message;
  $("notice").textContent = message ?? "";
}

// --- the conversation ----------------------------------------------------------------------------------------

function turnOf(id) {
  if (!turns.has(id)) {
    const shown = element("li", { className: "turn" });
    $("log").append(shown);
    turns.set(id, { shown });
  }
  return turns.get(id);
}

function bubble(turn, who) {
  if (!turn[who]) {
    turn[who] = element("div", { className: `said ${who}` });
    const speaker = element("span", { className: "out", text: who === "caller" ? "You: " : "Agent: " });
    turn[`${who}Text`] = element("span");
    turn[who].append(speaker, turn[`${who}Text`]);
    turn.shown.append(turn[who]);
  }
  return turn[who];
}

function callerSays({ turn_id: id, text, final }) {
  const turn = turnOf(id);
  bubble(turn, "caller").classList.toggle("changing", !final);
  turn.caller.setAttribute("aria-busy", String(!final)); // a screen reader waits for the words that stay
  turn.callerText.textContent = text;
  if (!final && !speaking) floor("caller", "You are speaking");
  scrollDown();
}

function agentSounds({ turn_id: id, reply_id: replyId }) {
  const turn = turnOf(id ?? `reply ${replyId}`);
  const said = bubble(turn, "agent");
  if (!turn.agentText.textContent) {
    said.setAttribute("aria-busy", "true");
    turn.agentText.replaceChildren(element("span", { className: "waves", "aria-hidden": "true" }, ...[1, 2, 3, 4].map(() => element("i"))));
  }
  replies.set(replyId, turn);
  speaking = turn;
  floor("agent", "Speaking");
  scrollDown();
}

/** The words of a reply, each as it begins to be heard. */
function agentSays({ reply_id: replyId, at_ms: toldAt, words }) {
  for (const { text, start_ms: startsAt } of words) {
    const show = () => {
      const turn = replies.get(replyId);
      if (!turn) return;
      if (turn.agentText.querySelector(".waves")) turn.agentText.replaceChildren();
      turn.agentText.append(`${turn.agentText.textContent ? " " : ""}${text.trim()}`);
      scrollDown();
    };
    setTimeout(show, Math.max(0, startsAt - toldAt));
  }
}

function agentSaid({ turn_id: id, reply_id: replyId, text, reason }) {
  const turn = turnOf(id ?? `reply ${replyId}`);
  const said = bubble(turn, "agent");
  replies.delete(replyId);
  said.removeAttribute("aria-busy");
  said.classList.remove("breaking");
  turn.agentText.textContent = text || "…";
  if (reason === "barge-in") turn.agentText.append(" ", element("span", { className: "cut", text: "— you cut in" }));
  else if (reason !== "played") turn.agentText.append(" ", element("span", { className: "cut", text: `— ${reason}` }));
  if (speaking === turn) speaking = null;
  if (reason === "barge-in") floor("caller", "You are speaking");
  else floor("listening", "Listening");
  scrollDown();
}

function interrupted() {
  if (!speaking) return;
  speaking.agent.classList.add("breaking");
  $("status").classList.add("barged");
  floor("caller", "You cut in");
  setTimeout(() => $("status").classList.remove("barged"), 1500);
}

// --- where the time went -------------------------------------------------------------------------------------

const looks = (name) => legend.get(name) ?? { label: name.replaceAll("_", " "), colour: "#8d7a55", meaning: "" };

function account({ record }) {
  const turn = turnOf(record.turn_id);
  if (record.user && !turn.caller) callerSays({ turn_id: record.turn_id, text: record.user, final: true });
  turn.caller?.classList.remove("changing");
  turn.caller?.setAttribute("aria-busy", "false");
  if (record.error) {
    turn.shown.append(element("p", { className: "account" }, element("span", { className: "tag bad", text: "failed" }), record.error));
  }
  const total = record.glass_to_glass_ms;
  if (total == null || total < 0 || record.outcome === "withdrawn") return;
  const parts = Object.entries(record.contributions_ms);
  const bar = element("span", { className: "bar", "aria-hidden": "true" });
  for (const [name, length] of parts) {
    bar.append(element("i", { style: `width:${(length / total) * 100}%;background:${looks(name).colour}`, title: `${looks(name).label} ${ms(length)}` }));
  }
  const line = element("p", { className: "account" }, element("b", { text: ms(total) }), bar);
  if (record.ledger.opened) line.append(element("span", { className: "tag good", text: "opening" }));
  else if (record.ledger.reused) line.append(element("span", { className: "tag good", text: "draft used" }));
  turn.shown.append(line);
  waterfall(record.user, total, parts);
  scrollDown();
}

function waterfall(said, total, parts) {
  const table = element("table", { className: "waterfall" });
  const body = element("tbody");
  let begun = 0;
  for (const [name, length] of parts) {
    const { label, colour, meaning } = looks(name);
    const lane = element("span", { className: "lane" });
    lane.append(element("i", { style: `left:${(begun / total) * 100}%;width:${(length / total) * 100}%;background:${colour}` }));
    begun += length;
    body.append(
      element("tr", { title: meaning }, element("th", { scope: "row", text: label }), element("td", {}, lane), element("td", { text: length < 0.5 ? "<1 ms" : ms(length) })),
    );
  }
  const foot = element("tfoot", {}, element("tr", {}, element("th", { scope: "row", text: "Glass to glass" }), element("td"), element("td", { text: ms(total) })));
  table.append(element("caption", { className: "out", text: "Contributions to the delay, in order" }), body, foot);
  $("where").replaceChildren(table);
  $("where-lede").textContent = `“${said}”`;
}

function summary({ glass_to_glass_ms: delay, hit_rate: hits, usage, llm_calls_per_turn: requests }) {
  $("p50").textContent = ms(delay.p50);
  $("p95").textContent = ms(delay.p95);
  $("hits").textContent = hits == null ? "–" : `${Math.round(hits * 100)} %`;
  const tokens = usage.input_tokens + usage.output_tokens;
  const spent = tokens ? [`${tokens.toLocaleString("en")} `, element("small", { text: "tokens" })] : [`${usage.requests} `, element("small", { text: usage.requests === 1 ? "request" : "requests" })];
  $("spend").replaceChildren(...spent);
  $("spend").title = `${requests?.toFixed(2) ?? "–"} model requests a turn, ${usage.tts_characters.toLocaleString("en")} characters spoken`;
}

// --- drafts --------------------------------------------------------------------------------------------------

function draftBegun({ draft_id: id, transcript, trigger, speculative }) {
  const kind = EARLY.includes(trigger) ? trigger : null;
  const what = kind ? `${kind} …` : speculative ? "drafting …" : "answering …";
  const tag = element("span", { className: "tag", text: what });
  const shown = element("li", { className: "waiting", title: trigger }, tag, element("q", { text: transcript || "(nothing yet)" }));
  drafts.set(id, { shown, tag, kind });
  $("drafts").prepend(shown);
  while ($("drafts").childElementCount > MAX_DRAFTS) $("drafts").lastChild.remove();
  if (drafts.size > 100) drafts.delete(drafts.keys().next().value);
}

function draftOver({ draft_id: id, reason }, state, word) {
  const draft = drafts.get(id);
  if (!draft) return;
  draft.shown.className = state;
  draft.shown.title = reason;
  draft.tag.textContent = draft.kind ? `${draft.kind} ${word}` : word;
  draft.tag.className = state === "used" ? "tag good" : "tag";
}

// --- the line ------------------------------------------------------------------------------------------------

function playout({ buffer_ms: held, target_ms: target, stretched_ms: stretched, trimmed_ms: trimmed, starved }) {
  $("buffer").textContent = ms(held);
  $("jitter").textContent = ms(target);
  $("adapted").textContent = `${ms(stretched)}, ${ms(trimmed)}`;
  $("starved").textContent = String(starved);
}

let levelTold = 0;
function level({ input }) {
  const shown = Math.max(0, Math.min(1, 1 + Math.log10(Math.max(input, 1e-3)) / 3 + 0.15));
  $("level").firstElementChild.style.transform = `scaleY(${input < 0.0015 ? 0 : shown})`;
  $("level").classList.toggle("loud", input > 0.5);
  if (performance.now() - levelTold > 500) {
    levelTold = performance.now();
    $("level").setAttribute("aria-valuenow", String(Math.round(shown * 100)));
  }
}

function note(message) {
  if (QUIET.has(message.type)) return;
  const { type, at_ms: _, turn_id: __, record, agent, ...rest } = message;
  const told = Object.entries(rest).filter(([, value]) => typeof value !== "object" && value !== "" && value !== null);
  const facts = told.map(([key, value]) => `${key.replaceAll("_", " ")} ${value}`).join(", ");
  const since = ((performance.now() - opened) / 1000).toFixed(1);
  $("events").prepend(
    element("li", {}, element("time", { text: `${since} s` }), element("span", {}, element("b", { text: type.replaceAll("_", " ") }), facts ? ` ${facts}` : "")),
  );
  while ($("events").childElementCount > MAX_EVENTS) $("events").lastChild.remove();
}

const HANDLERS = {
  ready({ agent, resumed }) {
    // Taken up again, it counts turns, drafts and replies from 1: what is shown stays as it is.
    if (resumed) [turns, drafts, replies, speaking] = [new Map(), new Map(), new Map(), null];
    $("parts").textContent = [agent.stt, agent.llm, agent.tts].join(" · ");
    tellPerson("call", null);
  },
  turn_started() {
    if (speaking) return; // it may be a backchannel: the reply's end tells
    floor("caller", "You are speaking");
  },
  transcript_changed: callerSays,
  end_of_turn: (message) => {
    callerSays({ ...message, final: true });
    if (!speaking) floor("thinking", "Answering");
  },
  draft_started: draftBegun,
  draft_discarded: (message) => draftOver(message, "discarded", "discarded"),
  draft_committed: (message) => draftOver(message, "used", "used"),
  reply_audible: agentSounds,
  captions_spoken: agentSays,
  reply_over: agentSaid,
  turn_ended: account,
  summary,
  trouble: ({ where, message }) => tellPerson("call", `${where}: ${message}`),
  flush: interrupted,
};

// --- the controls --------------------------------------------------------------------------------------------

let writeNext = false; // as soon as there is somebody to write to

function write() {
  writeNext = $("text").disabled;
  $("text").focus();
}

function enable(open) {
  for (const id of ["text", "send", "end"]) $(id).disabled = !open;
  if (open && writeNext) write();
  $("mute").disabled = !open || !call?.stream;
  $("device").disabled = !open;
}

async function listDevices(chosen) {
  const devices = (await navigator.mediaDevices?.enumerateDevices?.()) ?? [];
  const microphones = devices.filter((device) => device.kind === "audioinput" && device.deviceId);
  const options = microphones.map((device, index) => element("option", { value: device.deviceId, text: device.label || `Microphone ${index + 1}` }));
  options.push(element("option", { value: "", text: "None" }));
  $("device").replaceChildren(...options);
  $("device").value = chosen && microphones.some((device) => device.deviceId === chosen) ? chosen : "";
}

async function begin(microphone) {
  await legendRead;
  $("welcome").hidden = true;
  $("log").replaceChildren();
  $("drafts").replaceChildren();
  $("events").replaceChildren();
  [turns, drafts, replies, speaking, opened] = [new Map(), new Map(), new Map(), null, performance.now()];
  $("notice").hidden = true;
  call = new AntiphonCall({ token: new URLSearchParams(location.hash.slice(1)).get("token") ?? undefined });
  window.antiphonCall = call; // for the curious, in the console
  for (const [type, handle] of Object.entries(HANDLERS)) call.addEventListener(type, ({ detail }) => handle(detail));
  call.addEventListener("message", ({ detail }) => note(detail));
  call.addEventListener("level", ({ detail }) => level(detail));
  call.addEventListener("playout", ({ detail }) => playout(detail));
  call.addEventListener("microphone", ({ detail }) => heardBy(detail));
  call.addEventListener("error", ({ detail }) => tellPerson("call", detail.message));
  call.addEventListener("state", ({ detail }) => became(detail.state));
  try {
    await call.start({ microphone });
  } catch (error) {
    tellPerson("call", `This browser can't hold a call: ${error.message}`);
    became("closed");
  }
}

function heardBy({ error, message, deviceId }) {
  if (error) {
    tellPerson("microphone", `${message} You can write instead.`);
    write();
  } else tellPerson("microphone", null);
  enable(call.state === "open");
  mute(call.muted);
  listDevices(error ? "" : deviceId);
  if (error) level({ input: 0 });
}

function became(state) {
  const words = { connecting: "Connecting", reconnecting: "Connection lost, coming back", open: "Listening", closed: "Call ended" };
  floor({ open: "listening", reconnecting: "lost" }[state] ?? "idle", words[state] ?? state);
  enable(state === "open");
  if (state !== "closed") return;
  level({ input: 0 });
  speaking = null;
  $("welcome").hidden = false;
  $("welcome").querySelector("h2").textContent = "The call is over.";
  $("start").textContent = "Call again";
  $("scroll").scrollTop = 0;
}

function mute(muted) {
  call.muted = muted;
  $("mute").setAttribute("aria-pressed", String(muted));
  $("mute").title = muted ? "Unmute (M)" : "Mute (M)";
}

$("start").addEventListener("click", () => begin(true));
$("start-silent").addEventListener("click", () => begin(false).then(write));
$("mute").addEventListener("click", () => mute(!call.muted));
$("end").addEventListener("click", () => call.stop());
$("device").addEventListener("change", ({ target }) => call.setMicrophone(target.value || null).then(() => enable(call.state === "open")));
$("say").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = $("text").value.trim();
  if (!text) return;
  call.sendText(text);
  $("text").value = "";
});
document.addEventListener("keydown", (event) => {
  const writing = event.target.matches?.("input, select, textarea");
  if (event.key === "Escape" && writing) event.target.blur();
  if (writing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key.toLowerCase() === "m" && !$("mute").disabled) mute(!call.muted);
  if (event.key === "/" && !$("text").disabled) {
    event.preventDefault();
    $("text").focus();
  }
});
navigator.mediaDevices?.addEventListener?.("devicechange", () => call?.stream && listDevices($("device").value));
addEventListener("pagehide", () => call?.stop());
