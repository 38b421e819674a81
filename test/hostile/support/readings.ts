/**
 * Every path that a server might take a path for: decoded once, or again and again, with double slashes merged, with
 * backslashes as slashes, with dot segments resolved, in whatever order. Written from RFC 3986 and by hand, so that it
 * shares nothing with what it judges.
 */
export function readings(path: string, most = 400): Set<string> {
  const found = new Set([path]);
  for (const each of found) {
    if (found.size > most) break;
    for (const next of [
      decodeOnce(each),
      each.replaceAll('\\', '/'),
      mergeSlashes(each),
      resolveDots(each),
    ]) {
      found.add(next);
    }
  }
  return found;
}

/** ASCII only: more is no matter of slashes, dots or the letters of a path. */
function decodeOnce(path: string): string {
  let decoded = '';
  for (let at = 0; at < path.length; at++) {
    const hex = path.slice(at + 1, at + 3);
    const code = path[at] === '%' && /^[0-7][0-9a-f]$/i.test(hex) ? Number.parseInt(hex, 16) : -1;
    decoded += code < 0 ? path[at]! : String.fromCharCode(code);
    if (code >= 0) at += 2;
  }
  return decoded;
}

function mergeSlashes(path: string): string {
  return path
    .split('/')
    .reduce((merged, part, at) => (at > 0 && part === '' ? merged : `${merged}/${part}`), '')
    .replace(/^\/(?=\/)/, '');
}

function resolveDots(path: string): string {
  const resolved: string[] = [];
  for (const part of path.split('/').slice(1)) {
    if (part === '..') resolved.pop();
    else if (part !== '.') resolved.push(part);
  }
  return `/${resolved.join('/')}`;
}

/** Whole segments. */
export function isUnder(folder: string, path: string): boolean {
  const [above, below] = [folder, path].map((each) => each.split('/').filter((part) => part !== ''));
  return above!.every((part, at) => below![at] === part);
}
