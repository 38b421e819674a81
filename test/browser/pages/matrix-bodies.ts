export const BODIES = {
  string: () => 'żółw 🐢',
  json: () => '{"amount":12.5}',
  form() {
    const form = new FormData();
    form.append('note', 'two words');
    form.append('file', new File(['the file'], 'ü.txt', { type: 'text/x-notes' }));
    return form;
  },
  // Of what may outlive its page there may be 64 KB at a time.
  blob: () => new Blob([pattern(20_000)], { type: 'application/x-blob' }),
  file: () => new File([pattern(50_000)], 'ü.bin', { type: 'application/x-file' }),
  params: () => new URLSearchParams({ a: '1 2', b: 'ü' }),
  buffer: () => pattern(20_000).buffer,
  large: () => new Blob([pattern(2_000_000)], { type: 'application/x-blob' }),
  stream: () => new Blob([pattern(20_000)]).stream(),
} as const;

export type BodyKind = keyof typeof BODIES;

// Neither constant nor periodic in a power of two, so that a lost or repeated piece changes the hash.
function pattern(bytes: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: bytes }, (_, at) => (at * 31 + (at >> 8)) % 251);
}
