/**
 * A double of React, of which only the library and no renderer is among our packages: one component, two hooks, and
 * what StrictMode does in development, which runs each effect, ends it, and runs it again.
 */
let states: unknown[] = [];
let effects: { readonly on: readonly unknown[]; end: (() => void) | void }[] = [];
let stateAt = 0;
let effectAt = 0;
let again: () => void = () => undefined;

export function useState<T>(first?: T): [T | undefined, (next: T) => void] {
  const at = stateAt++;
  if (at === states.length) states.push(first);
  const set = (next: T): void => {
    if (Object.is(states[at], next)) return;
    states[at] = next;
    queueMicrotask(again);
  };
  return [states[at] as T | undefined, set];
}

export function useEffect(run: () => (() => void) | void, on: readonly unknown[]): void {
  const at = effectAt++;
  const before = effects[at];
  if (before && on.every((value, index) => Object.is(value, before.on[index]))) return;
  before?.end?.();
  const effect = { on, end: run() };
  effects[at] = effect;
  if (before) return;
  effect.end?.();
  effect.end = run();
}

/** Shows what the component gives, now and after each change. */
export function render(component: () => string): void {
  states = [];
  effects = [];
  again = () => {
    stateAt = effectAt = 0;
    document.title = component();
  };
  again();
}
