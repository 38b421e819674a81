import { textWidth } from './text.js';

/** `time`: seconds since midnight, shown as a time of day. */
export type Scale = 'linear' | 'log' | 'time';

export interface Tick {
  readonly value: number;
  readonly text: string;
}

export interface Axis {
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly Tick[];
  /** Where a value lies between the ends: 0 at the low one, 1 at the high one. */
  place(value: number): number;
}

interface AxisTerms {
  /** The ends are moved outward to round values; else they stay where the values end. */
  readonly isRounded: boolean;
  readonly ticksWanted: number;
}

/** @param values at least one; above zero on a log scale */
export function axisOf(values: readonly number[], scale: Scale, terms: AxisTerms): Axis {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return scale === 'log' ? logAxis(low, high, terms) : linearAxis(low, high, scale, terms);
}

/** An axis that lies: with as many ticks as have room for their texts. */
export function lyingAxis(values: readonly number[], scale: Scale, isRounded: boolean, width: number): Axis {
  for (let ticksWanted = Math.ceil(width / 70); ; ticksWanted--) {
    const axis = axisOf(values, scale, { isRounded, ticksWanted });
    const doFit = axis.ticks.every(({ value, text }, index) => {
      const next = axis.ticks[index + 1];
      if (!next) return true;
      const distance = (axis.place(next.value) - axis.place(value)) * width;
      return (textWidth(text) + textWidth(next.text)) / 2 + 14 <= distance;
    });
    if (doFit || ticksWanted <= 1) return axis;
  }
}

function linearAxis(low: number, high: number, scale: Scale, { isRounded, ticksWanted }: AxisTerms): Axis {
  // Lines that are far from zero, for what they vary by, would be flat beside it.
  if (isRounded && low >= 0 && low <= high / 2) low = 0;
  if (low === high) [low, high] = widened(low, isRounded);
  const step =
    scale === 'time' ? timeStep((high - low) / ticksWanted) : roundStep((high - low) / ticksWanted);
  if (isRounded) [low, high] = [Math.floor(low / step + 1e-9) * step, Math.ceil(high / step - 1e-9) * step];
  const ticks: Tick[] = [];
  for (let nth = Math.ceil(low / step - 1e-9); nth * step <= high + step * 1e-9; nth++) {
    // A product, since a sum gathers the rounding of all steps before it.
    const value = nth * step || 0;
    ticks.push({ value, text: scale === 'time' ? timeOfDay(value) : formatNumber(value, step) });
  }
  return { low, high, ticks, place: (value) => (value - low) / (high - low) };
}

/** Ends around a single value. */
function widened(value: number, isRounded: boolean): [number, number] {
  if (value === 0) return [0, 1];
  if (isRounded) return [Math.min(0, value), Math.max(0, value)];
  const half = Math.abs(value) / 2;
  return [value - half, value + half];
}

function logAxis(low: number, high: number, { isRounded, ticksWanted }: AxisTerms): Axis {
  if (low === high) [low, high] = [low / 2, high * 2];
  if (isRounded) {
    low = Math.max(...roundLogs(low / 10, low * 1.000001));
    high = Math.min(...roundLogs(high * 0.999999, high * 10));
  }
  let ticks = roundLogs(low * 0.999999, high * 1.000001);
  const decades = ticks.filter((value) => isDecade(value));
  if (decades.length >= 4) {
    // Powers of ten are read at a glance; there may be more of them.
    const every = Math.ceil(decades.length / (1.6 * ticksWanted));
    ticks = decades.filter((_value, index) => index % every === 0);
  }
  const width = Math.log(high / low);
  return {
    low,
    high,
    ticks: ticks.map((value) => ({ value, text: formatNumber(value, value) })),
    place: (value) => Math.log(value / low) / width,
  };
}

/** 1, 2, 5, 10 and so on, between two values. */
function roundLogs(from: number, to: number): number[] {
  const found: number[] = [];
  for (let power = Math.floor(Math.log10(from)) - 1; power <= Math.ceil(Math.log10(to)); power++) {
    for (const digit of [1, 2, 5]) {
      // As a literal is read: 10 ** -3 * 2 is not 0.002.
      const value = Number(`${digit}e${power}`);
      if (value >= from && value <= to) found.push(value);
    }
  }
  return found;
}

function isDecade(value: number): boolean {
  return Math.abs(Math.log10(value) - Math.round(Math.log10(value))) < 1e-9;
}

function roundStep(rough: number): number {
  const power = Math.floor(Math.log10(rough));
  const digit = [1, 2, 5, 10].find((each) => Number(`${each}e${power}`) >= rough * 0.999999) ?? 10;
  return Number(`${digit}e${power}`);
}

const TIME_STEPS = [1, 5, 10, 30, 60, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200];

function timeStep(rough: number): number {
  return TIME_STEPS.find((each) => each >= rough * 0.999999) ?? 86_400 * Math.ceil(rough / 86_400);
}

function timeOfDay(seconds: number): string {
  const whole = Math.round(seconds);
  const two = (part: number): string => String(Math.floor(part)).padStart(2, '0');
  const clock = `${two(whole / 3600)}:${two((whole / 60) % 60)}`;
  return whole % 60 === 0 ? clock : `${clock}:${two(whole % 60)}`;
}

/** With thousands separators, and no more digits than a difference of `step` needs. */
export function formatNumber(value: number, step: number): string {
  const digits = Math.max(0, Math.min(12, -Math.floor(Math.log10(Math.abs(step) || 1) + 1e-9)));
  if (value === 0) return '0';
  return value
    .toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })
    .replace('-', '−');
}

/** With three digits that count where it is no whole number, and thousands separators. */
export function formatValue(value: number): string {
  return formatNumber(value, Math.abs(value) < 100 && !Number.isInteger(value) ? Math.abs(value) / 100 : 1);
}
