// The two-way calls of benches/calls.c written by hand in JavaScript, with the package ws, as the official client runs in browsers alone:
// prints the same lines.
//
// usage: node call.mjs [CALLS [SECONDS]], beside a devserver (tests/c/support/with_devserver.py)
import { createRequire } from 'node:module';
import { loadavg } from 'node:os';

const require = createRequire(`${process.env.BY_HAND_MODULES ?? process.cwd()}/`);
const WebSocket = require('ws');

const [CALLS, SECONDS] = [Number(process.argv[2] ?? 100), Number(process.argv[3] ?? 60)];
const [FRAMES, TICK_MS, TURN, SENTENCE, LATE_MS, DUCKED] = [160, 20, 250, 100, 5, 0.2];
const CHUNK = 100 * 16 * 2; // 100 ms at 16 kHz
const TASK_INTERVAL_MS = 2100; // the service allows one get_task in 2 s

// --- Samples -----------------------------------------------------------------------------------------------------------

const LINEAR = Int16Array.from({ length: 256 }, (_, code) => {
  const inverted = ~code & 0xff, magnitude = (((inverted & 15) << 3) + 132 << (inverted >> 4 & 7)) - 132;
  return inverted & 0x80 ? -magnitude : magnitude;
});

function mulaw(sample) {
  const sign = sample < 0 ? 0x80 : 0, magnitude = Math.min(Math.abs(sample), 32635) + 132;
  const exponent = Math.max(0, 24 - Math.clz32(magnitude));
  return ~(sign | exponent << 4 | magnitude >> exponent + 3 & 15) & 0xff;
}

// A line between two samples, begun anew with each chunk.
function resampled(samples, from, to) {
  const out = new Int16Array(Math.floor(samples.length * to / from));
  for (let n = 0; n < out.length; n++) {
    const at = n * from / to, before = Math.floor(at), after = Math.min(before + 1, samples.length - 1);
    out[n] = samples[before] + (samples[after] - samples[before]) * (at - before);
  }
  return out;
}

// Syllables of a voice, in mu-law.
const SAID = Uint8Array.from({ length: SENTENCE * FRAMES }, (_, n) => {
  const syllable = Math.abs(Math.sin(n * Math.PI / 1600));
  return mulaw(Math.trunc(6000 * syllable * Math.sin(n * 0.12) + 3000 * syllable * Math.sin(n * 0.53)));
});
const SILENCE = new Uint8Array(FRAMES).fill(0xff);

// --- A link ------------------------------------------------------------------------------------------------------------

const message = (type, data) => JSON.stringify({ message_type: type, data });

function task(source, target) {
  return {
    input_stream: { content_type: 'audio', source: { type: 'ws', format: 'pcm_s16le', sample_rate: 16000, channels: 1 } },
    output_stream: { content_type: 'audio', target: { type: 'ws', format: 'pcm_s16le' } },
    pipeline: {
      transcription: { source_language: source }, translations: [{ target_language: target, speech_generation: {} }],
      allowed_message_types: ['translated_transcription', 'partial_transcription', 'validated_transcription'],
    },
  };
}

async function created() {
  const answer = await fetch(`${process.env.PALABRA_API_URL}/session-storage/session`, {
    method: 'POST', headers: { 'content-type': 'application/json', ClientID: process.env.PALABRA_CLIENT_ID, ClientSecret: process.env.PALABRA_CLIENT_SECRET },
    body: JSON.stringify({ data: { subscriber_count: 0, publisher_can_subscribe: true, intent: 'api' } }),
  });
  if (!answer.ok) throw new Error(`no session: ${answer.status} ${await answer.text()}`);
  return (await answer.json()).data;
}

async function link(party, listener) {
  const session = await created();
  const socket = new WebSocket(`${session.ws_url}?token=${session.publisher}`, { perMessageDeflate: false });
  party.socket = socket;
  const asks = setInterval(() => socket.send(message('get_task', {})), TASK_INTERVAL_MS);
  await new Promise((ready, failed) => {
    socket.on('error', failed);
    socket.on('close', () => { clearInterval(asks); figures.down += !over; });
    socket.on('open', () => { socket.send(message('set_task', task(party.source, party.target))); socket.send(message('get_task', {})); });
    socket.on('message', (raw) => {
      const { message_type: type, data } = JSON.parse(raw.toString());
      if (type === 'current_task') { clearInterval(asks); ready(); }
      if (type !== 'output_audio_data') return;
      const bytes = Buffer.from(data.data, 'base64');
      listener.heard.push(...resampled(new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length >> 1), 24000, 8000));
    });
  });
  party.isUp = true;
  figures.up++;
}

// --- The media loop ----------------------------------------------------------------------------------------------------

const figures = { up: 0, down: 0, exchanges: [], waits: [], late: 0, mostLate: 0, ticks: 0 };
const party = (source, target) => ({ source, target, gathered: [], heard: [], said: new Int16Array(FRAMES), saidAt: 0, isUp: false });
const calls = Array.from({ length: CALLS }, () => [party('en', 'es'), party('es', 'en')]);
let measured = false, over = false;

function exchange(call, number, tick) {
  const [own, other] = [call[number], call[1 - number]];
  const isItsTurn = Math.floor(tick / TURN) % 2 === number, at = tick % TURN;
  const packet = isItsTurn && at < SENTENCE ? SAID.subarray(at * FRAMES, (at + 1) * FRAMES) : SILENCE;
  const begin = performance.now();
  own.said = Int16Array.from(packet, (code) => LINEAR[code]);
  own.gathered.push(Buffer.from(resampled(own.said, 8000, 16000).buffer));
  if (own.gathered.length * FRAMES * 4 >= CHUNK) {
    const chunk = Buffer.concat(own.gathered.splice(0));
    if (own.isUp) own.socket.send(message('input_audio_data', { data: chunk.toString('base64') }));
  }
  const speech = own.heard.splice(0, FRAMES), packetOut = new Uint8Array(FRAMES);
  for (let n = 0; n < FRAMES; n++) {
    const mixed = speech.length ? other.said[n] * DUCKED + (speech[n] ?? 0) : other.said[n];
    packetOut[n] = mulaw(Math.max(-32768, Math.min(32767, Math.trunc(mixed))));
  }
  const end = performance.now();
  if (!measured) return;
  figures.exchanges.push(1000 * (end - begin));
  if (isItsTurn && at === SENTENCE - 1) other.saidAt = end;
  if (speech.length && own.saidAt) { figures.waits.push(end - own.saidAt); own.saidAt = 0; }
}

function media(due, tick) {
  if (over) return;
  const behind = performance.now() - due;
  if (measured) { figures.ticks++; figures.late += behind > LATE_MS; figures.mostLate = Math.max(figures.mostLate, behind); }
  calls.forEach((call, n) => { exchange(call, 0, tick + n * 37); exchange(call, 1, tick + n * 37); });
  setTimeout(media, Math.max(0, due + TICK_MS - performance.now()), due + TICK_MS, tick + 1);
}

// --- What it costs -----------------------------------------------------------------------------------------------------

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const processor = () => { const used = process.resourceUsage(); return (used.userCPUTime + used.systemCPUTime) / 1e6; };
const residentKb = () => process.memoryUsage.rss() / 1024;
const part = (values, share) => values.length ? values[Math.floor(share * (values.length - 1))] : 0;

const [before, begin] = [residentKb(), performance.now()];
media(begin, 0);
const links = calls.flatMap((call) => [link(call[0], call[1]), link(call[1], call[0])]);
await Promise.race([Promise.all(links).catch((error) => console.error(`call.mjs: ${error.message}`)), sleep(60000)]);
console.log(`${CALLS} calls, chunks of 100 ms: ${figures.up} of ${2 * CALLS} links up after ${((performance.now() - begin) / 1000).toFixed(1)} s`);
await sleep(2 * TURN * TICK_MS);
measured = true;
const [usedBefore, measuredAt] = [processor(), performance.now()];
await sleep(1000 * SECONDS);
const [used, took, resident] = [processor() - usedBefore, (performance.now() - measuredAt) / 1000, residentKb()];
over = true;
const [us, ms] = [figures.exchanges.sort((a, b) => a - b), figures.waits.sort((a, b) => a - b)];
console.log(`processor time, share of a core for a call: ${(100 * used / took / CALLS).toFixed(2)} %`);
console.log(`memory for a call: ${((resident - before) / CALLS).toFixed(0)} kB; load of the machine ${loadavg()[0].toFixed(1)}`);
console.log('exchange of 20 ms, without real-time priority, us: ' +
  `p50 ${part(us, 0.5).toFixed(1)}, p99 ${part(us, 0.99).toFixed(1)}, p99.9 ${part(us, 0.999).toFixed(1)}, max ${part(us, 1).toFixed(0)} (${us.length})`);
console.log(`ticks late by more than ${LATE_MS} ms: ${figures.late} of ${figures.ticks}, at most ${figures.mostLate.toFixed(1)} ms`);
console.log(`end of a sentence to its translation, ms: p50 ${part(ms, 0.5).toFixed(0)}, p99 ${part(ms, 0.99).toFixed(0)} (${ms.length})`);
console.log(`links down: ${figures.down}`);
process.exit(0);
