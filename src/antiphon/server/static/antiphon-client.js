// A call to an Antiphon server from a page: microphone in, voice out, and what happens as events. No build step.
//
//   import { AntiphonCall } from "http://127.0.0.1:8080/antiphon-client.js";
//   const call = new AntiphonCall();
//   call.addEventListener("transcript_changed", ({ detail }) => console.log(detail.text));
//   await call.start(); // asks for the microphone; call it from a click
//
// Each message of the server's is an event of its type, its fields in `detail`; "message" is told of all of them.
// Of its own it tells: "state" (detail.state: idle, connecting, open, reconnecting, closed), "level" (detail.input
// and detail.output, 0 to 1), "playout" (how full the player is, what it had to do), "heard" (a reply sounds),
// "microphone" (detail.error where there is none, detail.label), "error" (detail.code, detail.message).
// The protocol is in docs/reference/websocket.md.

const PROTOCOL = 1;
const HEADER_BYTES = 16;
const AUDIO = 1;
const BEGINS = 1;
const FLUSH = 2;
const UNMARKED = 0xffff;
const RECONNECT_FOR_MS = 30_000;
const RECONNECT_AFTER_MS = [100, 250, 500, 1_000, 2_000];
const FINAL_CODES = new Set([1000, 1002, 1003, 1008, 1013]); // calling again would not help, or not yet
const BACKLOG_BYTES = 256 * 1024; // of audio that the network does not take: above it frames are left out

/**
 * Target delay of a stream from its observed jitter: a quantile of how much later than the fastest its packets
 * come, with forgetting. The same rule, and the same numbers, as the server's (core/delay.py).
 */
export class DelayEstimator {
  constructor({ quantile = 0.95, forget = 0.983, bucketMs = 5, maxMs = 500, window = 500 } = {}) {
    Object.assign(this, { quantile, forget, bucketMs, maxMs, window });
    this.weights = new Array(Math.ceil(maxMs / bucketMs) + 1).fill(0);
    this.total = 0;
    this.observed = 0;
    this.fastest = []; // [number, delay]: rising, each later than the one before
  }

  get targetMs() {
    const wanted = this.quantile * this.total;
    let reached = 0;
    for (let bucket = 0; bucket < this.weights.length; bucket++) {
      reached += this.weights[bucket];
      if (this.weights[bucket] > 0 && reached >= wanted * (1 - 1e-9)) return Math.min(this.maxMs, bucket * this.bucketMs);
    }
    return 0;
  }

  observe(delayMs) {
    const { fastest } = this;
    while (fastest.length && fastest[fastest.length - 1][1] >= delayMs) fastest.pop();
    fastest.push([this.observed++, delayMs]);
    if (fastest[0][0] <= this.observed - 1 - this.window) fastest.shift();
    const bucket = Math.min(this.weights.length - 1, Math.ceil((delayMs - fastest[0][1]) / this.bucketMs));
    for (let index = 0; index < this.weights.length; index++) this.weights[index] *= this.forget;
    this.weights[bucket] += 1;
    this.total = this.total * this.forget + 1;
  }
}

/** The audio context's clock on the page's: the least distance seen lately, as reading it is late or in time. */
class ContextClock {
  constructor(context) {
    this.context = context;
    this.distances = [];
  }

  read() {
    this.distances.push(performance.now() - this.context.currentTime * 1000);
    if (this.distances.length > 200) this.distances.shift();
    this.offset = Math.min(...this.distances);
  }

  /** When a moment of the context's is handled, in microseconds on the page's clock. */
  toUs(contextTime) {
    if (this.offset === undefined) this.read();
    return Math.max(0, Math.round((contextTime * 1000 + this.offset) * 1000));
  }

  /** When what is rendered for a moment leaves the sound card, as the browser says. */
  audibleUs(contextTime) {
    const { contextTime: playing, performanceTime } = this.context.getOutputTimestamp();
    const rendered = this.toUs(contextTime);
    const said = Math.round((performanceTime + (contextTime - playing) * 1000) * 1000);
    const likely = playing > 0 && said >= rendered && said < rendered + 1e6;
    return likely ? said : rendered + Math.round((this.context.outputLatency || this.context.baseLatency || 0) * 1e6);
  }
}

const nowUs = () => Math.round(performance.now() * 1000);

export class AntiphonCall extends EventTarget {
  /**
   * @param {object} options
   * @param {string} [options.url] The server's WebSocket; left out, the one at /ws where this module comes from.
   * @param {string} [options.token] The right to call, where the server asks for one.
   * @param {number} [options.inputHz] Rate of the audio sent: 16000, 24000 or 48000.
   * @param {number} [options.outputHz] Rate of the audio received.
   * @param {number} [options.frameMs] Length of a frame sent; shorter is sooner, and more messages.
   * @param {number|string} [options.latencyHint] As of AudioContext; 0 is the least the device can do.
   */
  constructor({ url, token, inputHz = 16_000, outputHz = 24_000, frameMs = 10, latencyHint = 0 } = {}) {
    super();
    this.url = url ?? new URL("/ws", import.meta.url).href.replace(/^http/, "ws");
    Object.assign(this, { token, inputHz, outputHz, frameMs, latencyHint });
    this.state = "idle";
    this.callId = null;
    this.lead = 0;
    this.mutedNow = false;
    this.sent = 0;
    this.leftOut = 0;
    this.delay = new DelayEstimator();
    this.levels = { input: 0, output: 0 };
  }

  /**
   * Begin the call. Call it from a click: browsers let pages sound only then.
   * @param {object} [options]
   * @param {boolean|string} [options.microphone] Whether to listen, or the id of the device to listen with.
   */
  async start({ microphone = true } = {}) {
    if (this.context) throw new Error("this call has been started already: make a new one");
    const context = new AudioContext({ latencyHint: this.latencyHint, sampleRate: 48_000 });
    this.context = context;
    this.clock = new ContextClock(context);
    await context.audioWorklet.addModule(new URL("./antiphon-worklet.js", import.meta.url));
    this.node = new AudioWorkletNode(context, "antiphon", {
      numberOfInputs: 1,
      numberOfOutputs: 1,
      outputChannelCount: [1],
      channelCount: 1,
      channelCountMode: "explicit",
      processorOptions: { inputHz: this.inputHz, outputHz: this.outputHz, frameMs: this.frameMs },
    });
    this.node.port.onmessage = ({ data }) => this.#fromWorklet(data);
    this.node.connect(context.destination);
    await context.resume();
    this.#connect();
    if (microphone !== false) await this.setMicrophone(microphone === true ? undefined : microphone);
  }

  /** Say something in writing. */
  sendText(text) {
    this.#send({ type: "text", text });
  }

  /** Press keys of a telephone: 0-9, *, # and A-D. */
  pressKeys(keys) {
    this.#send({ type: "keys", keys });
  }

  /** Say that the caller has finished: for a push-to-talk button that is let go of. */
  commitTurn() {
    this.#send({ type: "commit_turn" });
  }

  /** Have the agent fall silent: for a push-to-talk button that is pressed. */
  interrupt() {
    this.#send({ type: "interrupt" });
  }

  /** Whether silence is sent instead of what the microphone hears. */
  get muted() {
    return this.mutedNow;
  }

  set muted(muted) {
    this.mutedNow = Boolean(muted);
    this.node?.port.postMessage({ kind: "mute", muted: this.mutedNow });
  }

  /**
   * Listen with a microphone, or with none. Where that can't be, "microphone" tells why and the call goes on.
   * @param {string|null} [deviceId] Left out: the usual one; null: none.
   * @returns {Promise<boolean>} Whether a microphone is heard.
   */
  async setMicrophone(deviceId) {
    this.#dropMicrophone();
    if (deviceId === null) return false;
    let stream;
    try {
      if (!navigator.mediaDevices) throw new DOMException("", "SecurityError");
      stream = await navigator.mediaDevices.getUserMedia({
        audio: {
          deviceId: deviceId ? { exact: deviceId } : undefined,
          channelCount: 1,
          echoCancellation: true,
          noiseSuppression: true,
          autoGainControl: true,
        },
      });
    } catch (error) {
      this.#tell("microphone", { error: error.name, message: explain(error) });
      return false;
    }
    if (this.state === "closed") {
      for (const track of stream.getTracks()) track.stop();
      return false;
    }
    this.stream = stream;
    this.source = this.context.createMediaStreamSource(stream);
    this.source.connect(this.node);
    const [track] = stream.getAudioTracks();
    const settings = track.getSettings();
    this.inputLatencyUs = Math.round((settings.latency ?? 0) * 1e6);
    track.addEventListener("ended", () => {
      if (this.stream !== stream) return;
      this.#dropMicrophone();
      this.#tell("microphone", { error: "NotFoundError", message: "The microphone was unplugged." });
    });
    this.#tell("microphone", { label: track.label, deviceId: settings.deviceId });
    return true;
  }

  /** End the call. */
  stop() {
    if (this.state === "closed") return;
    this.#send({ type: "bye" });
    this.#end("");
  }

  // --- the connection ------------------------------------------------------------------------------------

  #connect() {
    this.#become(this.callId === null ? "connecting" : "reconnecting");
    const socket = new WebSocket(this.url);
    socket.binaryType = "arraybuffer";
    this.socket = socket;
    socket.onopen = () => {
      const hello = { type: "hello", protocol: PROTOCOL, input_hz: this.inputHz, output_hz: this.outputHz };
      if (this.token) hello.token = this.token;
      if (this.callId) hello.call = this.callId;
      socket.send(JSON.stringify(hello));
    };
    socket.onmessage = ({ data }) => {
      if (typeof data === "string") this.#fromServer(JSON.parse(data));
      else this.#hear(data);
    };
    socket.onclose = ({ code, reason }) => {
      if (this.socket === socket && this.state !== "closed") this.#lost(code, reason);
    };
  }

  #lost(code, reason) {
    if (FINAL_CODES.has(code) || (this.callId === null && !this.lostAt)) {
      if (code !== 1000 && !this.lastError) this.#tell("error", { code: "unreachable", message: `No connection to ${this.url}.` });
      this.#end(reason);
      return;
    }
    this.lostAt ??= performance.now();
    this.attempts = (this.attempts ?? -1) + 1;
    if (performance.now() - this.lostAt > RECONNECT_FOR_MS) {
      this.#tell("error", { code: "lost", message: "The connection was lost, and did not come back." });
      this.#end(reason);
      return;
    }
    this.#become("reconnecting");
    const after = RECONNECT_AFTER_MS[Math.min(this.attempts, RECONNECT_AFTER_MS.length - 1)];
    this.retry = setTimeout(() => this.#connect(), after);
  }

  #end(reason) {
    clearTimeout(this.retry);
    this.#dropMicrophone();
    this.node?.port.postMessage({ kind: "stop" });
    this.context?.close();
    this.socket?.close(1000);
    this.#become("closed", { reason });
  }

  #send(message) {
    if (this.socket?.readyState === WebSocket.OPEN && this.greeted) this.socket.send(JSON.stringify(message));
  }

  #fromServer(message) {
    if (message.type === "ping") {
      this.socket.send(JSON.stringify({ type: "pong", at_us: message.at_us, client_us: nowUs() }));
      return;
    }
    if (message.type === "ready") {
      this.greeted = true;
      this.lastError = this.lostAt = this.attempts = undefined;
      this.callId = message.call;
      this.lead = message.lead_ms / 1000;
      this.delay = new DelayEstimator();
      this.#adjust();
      this.#become("open");
    }
    if (message.type === "error") this.lastError = message.message;
    this.#tell(message.type, message);
    this.#tell("message", message);
  }

  // --- audio ---------------------------------------------------------------------------------------------

  #hear(data) {
    const received = performance.now();
    const header = new DataView(data);
    if (data.byteLength < HEADER_BYTES || header.getUint8(0) !== AUDIO) return;
    const flags = header.getUint8(1);
    const mark = header.getUint16(2, true);
    const sentMs = (header.getUint32(12, true) * 2 ** 32 + header.getUint32(8, true)) / 1000;
    this.delay.observe(received - sentMs);
    this.#adjust();
    this.node.port.postMessage({
      kind: "frame",
      samples: new Int16Array(data.slice(HEADER_BYTES)),
      frame: header.getUint32(4, true),
      begins: (flags & BEGINS) !== 0,
      flush: (flags & FLUSH) !== 0,
      audible: mark === UNMARKED ? null : mark,
      received: Math.round(received * 1000),
    });
    if (flags & FLUSH) this.#tell("flush", {});
  }

  /** The server sends ahead of time: only jitter beyond that lead must be waited for. */
  #adjust() {
    const start = Math.max(0, this.delay.targetMs / 1000 - this.lead);
    if (start === this.startDelay && this.lead === this.leadTold) return;
    [this.startDelay, this.leadTold] = [start, this.lead];
    this.node.port.postMessage({ kind: "delay", start, lead: this.lead });
  }

  #fromWorklet(data) {
    this.clock.read();
    if (data.kind === "captured") this.#ship(data);
    else if (data.kind === "heard") this.#heard(data);
    else if (data.kind === "played") this.#played(data);
  }

  #ship({ samples, at, level }) {
    this.levels.input = Math.max(level, this.levels.input * 0.85);
    this.#tell("level", this.levels);
    if (this.socket.readyState !== WebSocket.OPEN || !this.greeted) return;
    if (this.socket.bufferedAmount > BACKLOG_BYTES) {
      this.leftOut += 1;
      return;
    }
    const message = new ArrayBuffer(HEADER_BYTES + samples.byteLength);
    const header = new DataView(message);
    const capturedUs = Math.max(0, this.clock.toUs(at) - (this.inputLatencyUs ?? 0));
    header.setUint8(0, AUDIO);
    header.setUint16(2, UNMARKED, true);
    header.setUint32(4, this.sent++ >>> 0, true);
    header.setUint32(8, capturedUs % 2 ** 32, true);
    header.setUint32(12, Math.floor(capturedUs / 2 ** 32), true);
    new Int16Array(message, HEADER_BYTES).set(samples);
    this.socket.send(message);
  }

  #heard({ frame, received, begun, rendered }) {
    const report = {
      frame,
      received_us: received,
      begun_us: this.clock.toUs(begun),
      rendered_us: this.clock.toUs(rendered),
      audible_us: this.clock.audibleUs(rendered),
    };
    this.#send({ type: "heard", ...report });
    this.#tell("heard", report);
  }

  #played({ at, level, playing, kind, ...state }) {
    this.levels.output = playing ? level : 0;
    const report = { at_us: this.clock.toUs(at), playing, target_ms: this.delay.targetMs, ...state };
    this.#send({ type: "played", ...report });
    this.#tell("playout", { ...report, level: this.levels.output, left_out: this.leftOut });
  }

  #dropMicrophone() {
    this.source?.disconnect();
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.source = this.stream = undefined;
    this.levels.input = 0;
  }

  // --- what is told --------------------------------------------------------------------------------------

  #become(state, more = {}) {
    if (state === this.state) return;
    this.state = state;
    if (state !== "open") this.greeted = false;
    this.#tell("state", { state, ...more });
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

/** Why there is no microphone, for people. */
function explain(error) {
  switch (error.name) {
    case "NotAllowedError":
      return "The microphone was not allowed. Allow it for this page in the browser's address bar, then try again.";
    case "NotFoundError":
    case "OverconstrainedError":
      return "No microphone was found. Plug one in, then try again.";
    case "NotReadableError":
      return "The microphone is in use by another program. Close that, then try again.";
    case "SecurityError":
      return "Browsers give pages a microphone only over https:// or on this machine.";
    default:
      return `The microphone can't be used (${error.name}).`;
  }
}
