interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL(url: string): string },
  ): { createScriptURL(url: string): unknown };
}

let policy: ReturnType<TrustedTypes['createPolicy']> | undefined;

/**
 * The worker's URL as Trusted Types want it; the policy is named `bearer-worker`. A page that enforces them allows it
 * with `Content-Security-Policy: trusted-types bearer-worker`.
 */
export function toScriptUrl(url: string): unknown {
  const trustedTypes = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes;
  if (!trustedTypes) return url;
  try {
    policy ??= trustedTypes.createPolicy('bearer-worker', { createScriptURL: (own) => own });
    return policy.createScriptURL(url);
  } catch {
    // The policy is not allowed: `register` will say so where the page enforces Trusted Types, and work elsewhere.
    return url;
  }
}
