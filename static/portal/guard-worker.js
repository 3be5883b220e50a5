/* Finds a number after which the SHA-256 of "challenge.number" begins with enough zero bits (FIPS 180-4). */
"use strict";

/* The constants are the first bits of the fractional parts of square and cube roots of the first primes. */
const ROUNDS = new Uint32Array(64);
const BEGIN = new Uint32Array(8);
{
  let count = 0;
  for (let number = 2; count < 64; number += 1) {
    let isPrime = true;
    for (let divisor = 2; divisor * divisor <= number; divisor += 1) if (number % divisor === 0) isPrime = false;
    if (isPrime) {
      if (count < 8) BEGIN[count] = (Math.sqrt(number) % 1) * 4294967296;
      ROUNDS[count] = (Math.cbrt(number) % 1) * 4294967296;
      count += 1;
    }
  }
}

const words = new Uint32Array(64);
const turned = (word, by) => (word >>> by) | (word << (32 - by));

/* One block of 64 bytes, into the state. */
function compress(state, bytes, at) {
  for (let i = 0; i < 16; i += 1) {
    const j = at + i * 4;
    words[i] = (bytes[j] << 24) | (bytes[j + 1] << 16) | (bytes[j + 2] << 8) | bytes[j + 3];
  }
  for (let i = 16; i < 64; i += 1) {
    const early = words[i - 15];
    const late = words[i - 2];
    words[i] = words[i - 16] + (turned(early, 7) ^ turned(early, 18) ^ (early >>> 3))
      + words[i - 7] + (turned(late, 17) ^ turned(late, 19) ^ (late >>> 10));
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let i = 0; i < 64; i += 1) {
    const first = (h + (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) + ((e & f) ^ (~e & g)) + ROUNDS[i] + words[i]) | 0;
    const second = ((turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g; g = f; f = e; e = (d + first) | 0; d = c; c = b; b = a; a = (first + second) | 0;
  }
  state[0] += a; state[1] += b; state[2] += c; state[3] += d;
  state[4] += e; state[5] += f; state[6] += g; state[7] += h;
}

/* The challenge fills whole blocks first, whose state serves every number. */
function solve(challenge, bits) {
  const prefix = new TextEncoder().encode(`${challenge}.`);
  const whole = prefix.length - (prefix.length % 64);
  const middle = Uint32Array.from(BEGIN);
  for (let at = 0; at < whole; at += 64) compress(middle, prefix, at);
  const rest = prefix.subarray(whole);
  const state = new Uint32Array(8);
  const block = new Uint8Array(128);
  for (let number = 0; ; number += 1) {
    const text = String(number);
    const length = rest.length + text.length;
    const size = length < 56 ? 64 : 128;
    block.fill(0);
    block.set(rest);
    for (let i = 0; i < text.length; i += 1) block[rest.length + i] = text.charCodeAt(i);
    block[length] = 128;
    const inBits = (whole + length) * 8;
    for (let i = 0; i < 4; i += 1) block[size - 1 - i] = (inBits >>> (8 * i)) & 255;
    state.set(middle);
    for (let at = 0; at < size; at += 64) compress(state, block, at);
    if (state[0] >>> (32 - bits) === 0) return text;
  }
}

self.onmessage = (event) => self.postMessage(solve(event.data.challenge, Math.min(31, event.data.bits)));
