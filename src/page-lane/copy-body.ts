type XhrBody = Document | XMLHttpRequestBodyInit | null | undefined;

/** A body to send a second time, safe from what its owner does to the first meanwhile; files are not copied. */
export function copyBody(body: XhrBody): XhrBody {
  if (body instanceof FormData) {
    const copy = new FormData();
    for (const [name, value] of body) copy.append(name, value as string);
    return copy;
  }
  if (body instanceof URLSearchParams) return new URLSearchParams(body);
  // Without a type, so that no Content-Type comes of it, as none does of a buffer.
  if (body instanceof ArrayBuffer || ArrayBuffer.isView(body)) return new Blob([body]);
  return body;
}
