/** Short text as it is, anything else by length and hash. */
export async function digest(bytes: ArrayBuffer): Promise<string> {
  const text = new TextDecoder().decode(bytes);
  if (bytes.byteLength < 500) return text;
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return `${bytes.byteLength} bytes, ${Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}
