// The audio thread's part of an Antiphon call: cuts the microphone into frames, and plays what comes.
//
// Capture and playback share one processor and so one clock: the context's. Audio is at the context's rate here
// and at the wire's outside; a windowed sinc is in between, both ways. The player holds little: it begins as soon
// as it may, stretches by a pitch period when it is about to run dry, and trims by pitch periods what a hiccup
// has made it late. Every cut is a crossfade of like with like, so that none is heard as a click.

const ZERO_CROSSINGS = 16;
const FADE_S = 0.005; // of crossfades and of the end of sound that breaks off
const LONGEST_S = 30; // of audio held; what is more is dropped and counted
const PERIOD_S = [0.0025, 0.0125]; // pitch from 400 down to 80 Hz
const ALIKE = 0.7; // correlation from which a period may be cut out or repeated
const STILL = 1e-4; // mean square below which nothing is heard, and anything may be cut (-40 dBFS)
const CHECK_S = 0.02; // how often the buffer is looked at
const LATE_S = 0.03; // lateness from which trimming is worth while
const STRETCH_EVERY_S = 0.1;
const REPORT_S = 0.2;

/** A stream at another rate. Output sample m lies at input time m * from / to. */
class Resampler {
  constructor(from, to) {
    this.step = from / to;
    const ratio = Math.min(1, to / from);
    this.half = Math.ceil(ZERO_CROSSINGS / ratio);
    this.cutoff = ratio * 0.94;
    this.next = 0; // place of the next output sample, in samples of the buffer
    this.buffer = new Float32Array(this.half - 1);
    this.next = this.half - 1;
    this.passes = from === to;
    this.table = this.passes ? null : Resampler.table(this.half, this.cutoff);
  }

  static table(half, cutoff) {
    const rows = 256;
    const table = new Float32Array((rows + 1) * 2 * half);
    for (let row = 0; row <= rows; row++) {
      let sum = 0;
      for (let tap = 0; tap < 2 * half; tap++) {
        const x = tap - half + 1 - row / rows;
        const sinc = x === 0 ? cutoff : Math.sin(Math.PI * cutoff * x) / (Math.PI * x);
        const edge = Math.max(-1, Math.min(1, x / half));
        const value = sinc * (0.42 + 0.5 * Math.cos(Math.PI * edge) + 0.08 * Math.cos(2 * Math.PI * edge));
        table[row * 2 * half + tap] = value;
        sum += value;
      }
      for (let tap = 0; tap < 2 * half; tap++) table[row * 2 * half + tap] /= sum;
    }
    return table;
  }

  push(input) {
    if (this.passes) return input;
    const { half, step, table } = this;
    const buffer = new Float32Array(this.buffer.length + input.length);
    buffer.set(this.buffer);
    buffer.set(input, this.buffer.length);
    const output = new Float32Array(Math.max(0, Math.ceil((buffer.length - half - this.next) / step)));
    let made = 0;
    let at = this.next;
    while (at + half < buffer.length) {
      const whole = Math.floor(at);
      const row = Math.round((at - whole) * 256) * 2 * half;
      let sum = 0;
      for (let tap = 0, from = whole - half + 1; tap < 2 * half; tap++) sum += buffer[from + tap] * table[row + tap];
      output[made++] = sum;
      at += step;
    }
    const spent = Math.max(0, Math.floor(at) - half + 1);
    this.buffer = buffer.slice(spent);
    this.next = at - spent;
    return output.subarray(0, made);
  }

  /** The last samples, which wait for what follows them: nothing does. What comes next begins anew. */
  finish() {
    if (this.passes || this.buffer.length <= this.half - 1) return new Float32Array(0);
    const rest = this.push(new Float32Array(this.half));
    this.buffer = new Float32Array(this.half - 1);
    this.next = this.half - 1;
    return rest;
  }
}

/** Cuts the microphone into frames at the wire's rate. */
class Capture {
  constructor(rate, frameMs, send) {
    this.rate = rate;
    this.resampler = new Resampler(sampleRate, rate);
    this.frame = new Int16Array(Math.round((rate * frameMs) / 1000));
    this.filled = 0;
    this.made = 0; // samples at the wire's rate, since the stretch began
    this.beganAt = null; // context time of the stretch's first sample
    this.energy = 0;
    this.send = send;
    this.muted = false;
  }

  push(samples, at) {
    if (this.beganAt === null) this.beganAt = at;
    for (const value of this.resampler.push(samples)) {
      const sample = this.muted ? 0 : Math.max(-32768, Math.min(32767, Math.round(value * 32768)));
      this.energy += sample * sample;
      this.frame[this.filled++] = sample;
      if (this.filled === this.frame.length) this.ship();
    }
  }

  ship() {
    const samples = this.frame.slice();
    const at = this.beganAt + this.made / this.rate;
    this.made += samples.length;
    const level = Math.sqrt(this.energy / samples.length) / 32768;
    this.filled = 0;
    this.energy = 0;
    this.send(samples, at, level);
  }

  /** The microphone was away: what comes next begins a stretch of its own. */
  gap() {
    if (this.beganAt === null) return;
    this.beganAt = null;
    this.made = this.filled = this.energy = 0;
    this.resampler = new Resampler(sampleRate, this.rate);
  }
}

/** Plays frames as they come; see the top of the file. Places count samples since the player was made. */
class Player {
  constructor(rate, report) {
    this.rate = rate;
    this.report = report;
    this.buffer = new Float32Array(Math.round(sampleRate * (LONGEST_S + 1)));
    this.read = 0; // the next sample to be played
    this.written = 0; // behind the last one there is
    this.resampler = new Resampler(rate, sampleRate);
    this.marks = []; // { place, kind, frame, received, at }
    this.playing = false;
    this.waitedSince = null; // context time since when audio waits to be played
    this.last = 0; // the last sample played
    this.startDelay = 0; // seconds
    this.lead = 0; // seconds that the server sends ahead: in hand when nothing is late
    this.drySince = null;
    this.rise = Math.round(sampleRate * FADE_S);
    this.risen = this.rise; // samples of a rise that were played
    this.before = 0;
    this.begin = null;
    this.nextCheck = 0;
    this.nextReport = 0;
    this.nextStretch = 0;
    this.reporting = false;
    this.tail = null; // what was playing when it was flushed
    this.counts = { starved: 0, stretched: 0, trimmed: 0, dropped: 0, flushed: 0 };
    this.frame = -1;
    this.level = 0;
  }

  get held() {
    return this.written - this.read;
  }

  at(place) {
    return this.buffer[place % this.buffer.length];
  }

  put(place, value) {
    this.buffer[place % this.buffer.length] = value;
  }

  /** A frame came. */
  push({ samples, frame, begins, audible, flush, received }) {
    if (flush) this.flush();
    if (begins) {
      this.resampler = new Resampler(this.rate, sampleRate);
    }
    const start = this.written;
    let audio = this.resampler.push(samples);
    if (this.held + audio.length > sampleRate * LONGEST_S) {
      this.counts.dropped += audio.length;
      audio = new Float32Array(0); // its marks stay: what begins with it is heard with what follows
    }
    if (flush) this.crossfade(audio);
    else for (const value of audio) this.put(this.written++, value);
    if (begins) this.marks.push({ place: start, kind: "begins", frame, received });
    if (audible !== null) {
      const place = start + Math.round((audible * sampleRate) / this.rate);
      this.marks.push({ place: Math.min(place, Math.max(start, this.written - 1)), kind: "audible", frame });
    }
    this.marks.push({ place: start, kind: "frame", frame });
    if (this.marks.length > 5000) this.marks.splice(0, this.marks.length - 5000);
  }

  /** What has not been played is forgotten, but for what a crossfade needs. */
  flush() {
    this.counts.flushed += 1;
    this.tail = this.playing ? this.peek(Math.round(sampleRate * FADE_S)) : null;
    this.written = this.read;
    this.marks = [];
    this.resampler = new Resampler(this.rate, sampleRate);
  }

  peek(count) {
    const samples = new Float32Array(count);
    const held = Math.min(count, this.held);
    for (let index = 0; index < held; index++) samples[index] = this.at(this.read + index);
    for (let index = held, value = held ? samples[held - 1] : this.last; index < count; index++) {
      value *= 0.98;
      samples[index] = value;
    }
    return samples;
  }

  /** From what was playing to what is to be played now. */
  crossfade(audio) {
    const { tail } = this;
    const count = tail ? Math.max(tail.length, audio.length) : audio.length;
    for (let index = 0; index < count; index++) {
      let value = index < audio.length ? audio[index] : 0;
      if (tail && index < tail.length) {
        const weight = 0.5 - 0.5 * Math.cos((Math.PI * (index + 1)) / tail.length);
        value = value * weight + tail[index] * (1 - weight);
      }
      this.put(this.written++, value);
    }
    this.tail = null;
  }

  /** Render a quantum that begins at a context time. */
  render(output, now) {
    if (!this.playing) this.start(now);
    if (this.playing && now >= this.nextCheck) {
      this.nextCheck = now + CHECK_S;
      this.adapt(now);
    }
    let energy = 0;
    for (let index = 0; index < output.length; index++) {
      let value = 0;
      if (this.playing && this.held === 0) for (const last of this.resampler.finish()) this.put(this.written++, last);
      if (this.playing && this.held > 0) {
        value = this.at(this.read);
        this.read += 1;
        if (this.risen < this.rise) value = this.riseTo(value);
        this.last = value;
      } else {
        // Sound that breaks off falls away instead of clicking.
        this.last *= 0.98;
        value = Math.abs(this.last) < 1e-5 ? 0 : this.last;
        if (this.playing && this.held === 0) this.runDry(now + index / sampleRate);
      }
      output[index] = value;
      energy += value * value;
    }
    this.level = Math.max(Math.sqrt(energy / output.length), this.level * 0.9);
    this.tell(now, output.length);
  }

  start(now) {
    if (this.held === 0) return;
    if (this.waitedSince === null) this.waitedSince = now;
    const waited = now - this.waitedSince;
    if (waited + 1e-9 < this.startDelay && this.held < this.startDelay * sampleRate) return;
    const anew = this.marks.some((mark) => mark.kind === "begins");
    if (this.drySince !== null && !anew) {
      this.counts.starved += 1;
      [this.risen, this.before] = [0, this.last]; // sound that goes on in mid-wave rises instead of clicking
    }
    this.drySince = null;
    this.waitedSince = null;
    this.playing = true;
  }

  riseTo(value) {
    this.risen += 1;
    this.before *= 0.98;
    const weight = 0.5 - 0.5 * Math.cos((Math.PI * this.risen) / this.rise);
    return value * weight + this.before * (1 - weight);
  }

  runDry(at) {
    this.playing = false;
    this.waitedSince = null;
    this.drySince = at;
  }

  /** Samples in hand beyond what the server's lead and the network's jitter ask for: so late is what is played. */
  get late() {
    return Math.max(0, this.held - Math.round((this.lead + this.startDelay) * sampleRate));
  }

  /** Make up for lateness, or for too little in hand, by a pitch period. */
  adapt(now) {
    const shortest = Math.round(PERIOD_S[0] * sampleRate);
    const longest = Math.round(PERIOD_S[1] * sampleRate);
    if (this.late > LATE_S * sampleRate && this.held > longest * 3) {
      const period = this.period(1, shortest, longest);
      if (period) this.trim(period);
    } else if (this.held > shortest * 2 && this.held < longest && now >= this.nextStretch) {
      const period = this.read > longest ? this.period(-1, shortest, longest) : 0;
      if (period) this.stretch(period);
      this.nextStretch = now + STRETCH_EVERY_S;
    }
  }

  /** How far on (1) or back (-1) the sound is most like what is played next; 0 if it is nowhere like it. */
  period(way, shortest, longest) {
    const place = this.read;
    const width = shortest * 2;
    let energy = 0;
    for (let index = 0; index < width; index++) energy += this.at(place + index) ** 2;
    if (energy / width < STILL) return longest;
    let best = 0;
    let score = ALIKE;
    for (let lag = shortest; lag <= longest; lag++) {
      let cross = 0;
      let other = 0;
      for (let index = 0; index < width; index += 2) {
        const shifted = this.at(place + way * lag + index);
        cross += this.at(place + index) * shifted;
        other += shifted * shifted;
      }
      const alike = (4 * cross) / (energy + 2 * other + 1e-12); // of every other sample, against all
      if (alike > score) [best, score] = [lag, alike];
    }
    return best;
  }

  trim(period) {
    const fade = Math.min(period, Math.round(FADE_S * sampleRate));
    for (let index = 0; index < fade; index++) {
      const weight = 0.5 - 0.5 * Math.cos((Math.PI * (index + 1)) / fade);
      const place = this.read + period + index;
      this.put(place, this.at(this.read + index) * (1 - weight) + this.at(place) * weight);
    }
    this.read += period;
    this.counts.trimmed += period;
  }

  stretch(period) {
    const fade = Math.min(period, Math.round(FADE_S * sampleRate));
    for (let index = 0; index < fade; index++) {
      const weight = 0.5 - 0.5 * Math.cos((Math.PI * (index + 1)) / fade);
      const place = this.read - period + index;
      this.put(place, this.at(this.read + index) * (1 - weight) + this.at(place) * weight);
    }
    this.read -= period;
    this.counts.stretched += period;
  }

  /** Say which marks were played in the quantum that has just been rendered. */
  tell(now, length) {
    while (this.marks.length && this.marks[0].place < this.read) {
      const mark = this.marks.shift();
      const behind = Math.min(length, Math.max(0, this.read - mark.place));
      const at = now + (length - behind) / sampleRate;
      if (mark.kind === "frame") this.frame = mark.frame;
      if (mark.kind === "begins") this.begin = { frame: mark.frame, received: mark.received, at };
      if (mark.kind === "audible" && this.begin) {
        this.report({
          kind: "heard",
          frame: mark.frame,
          received: this.begin.received,
          begun: this.begin.at,
          rendered: Math.max(at, this.begin.at),
        });
      }
    }
    if (now >= this.nextReport && (this.playing || this.reporting)) {
      this.nextReport = now + REPORT_S;
      this.reporting = this.playing; // once more when it has fallen silent
      this.report({ kind: "played", at: now, ...this.state() });
    }
  }

  state() {
    const ms = (samples) => Math.round((samples * 10000) / sampleRate) / 10;
    const { starved, stretched, trimmed, dropped } = this.counts;
    return {
      frame: this.frame,
      playing: this.playing,
      buffer_ms: ms(this.held),
      late_ms: ms(this.late),
      starved,
      stretched_ms: ms(stretched),
      trimmed_ms: ms(trimmed),
      dropped_ms: ms(dropped),
      level: this.level,
    };
  }
}

const Processor = globalThis.AudioWorkletProcessor ?? Object; // what is exported can be used anywhere

class AntiphonProcessor extends Processor {
  constructor({ processorOptions: { inputHz, outputHz, frameMs } }) {
    super();
    const post = (message, transfer = []) => this.port.postMessage(message, transfer);
    this.capture = new Capture(inputHz, frameMs, (samples, at, level) =>
      post({ kind: "captured", samples, at, level }, [samples.buffer]),
    );
    this.player = new Player(outputHz, post);
    this.stopped = false;
    this.port.onmessage = ({ data }) => {
      if (data.kind === "frame") this.player.push({ ...data, samples: Float32Array.from(data.samples, (x) => x / 32768) });
      else if (data.kind === "delay") Object.assign(this.player, { startDelay: data.start, lead: data.lead });
      else if (data.kind === "mute") this.capture.muted = data.muted;
      else if (data.kind === "stop") this.stopped = true;
    };
  }

  process([input], [output]) {
    if (input.length && input[0].length) this.capture.push(input[0], currentTime);
    else this.capture.gap();
    this.player.render(output[0], currentTime);
    for (let channel = 1; channel < output.length; channel++) output[channel].set(output[0]);
    return !this.stopped;
  }
}

if (typeof registerProcessor === "function") registerProcessor("antiphon", AntiphonProcessor);

export { Capture, Player, Resampler };
