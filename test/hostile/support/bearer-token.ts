/** RFC 6750, section 2.1, character by character; and what Node's servers take. */
export function isBearerToken(value: unknown): value is string {
  if (typeof value !== 'string' || value.length === 0 || value.length >= 16_384) return false;
  const text = value.replace(/=*$/, '');
  const isAllowed = (code: number): boolean =>
    (code >= 48 && code <= 57) ||
    (code >= 65 && code <= 90) ||
    (code >= 97 && code <= 122) ||
    [...'-._~+/'].some((character) => character.charCodeAt(0) === code);
  return text.length > 0 && Array.from(text, (character) => character.charCodeAt(0)).every(isAllowed);
}
