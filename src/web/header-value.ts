/** RFC 9110, section 11.4: the scheme and the token; the token alone where the scheme is empty. */
export function headerValue(scheme: string, token: string): string {
  return scheme === '' ? token : `${scheme} ${token}`;
}
