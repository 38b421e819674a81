const told = new Set<string>();

/** Says once why this page does without a worker, and what mends it. */
export function warn(why: string): void {
  if (told.has(why)) return;
  told.add(why);
  console.warn(
    `bearer-worker: ${why} Until then this page attaches tokens itself, to what it sends by fetch and XMLHttpRequest; images, media, EventSource and downloads go without.`,
  );
}
