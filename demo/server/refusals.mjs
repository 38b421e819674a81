/**
 * What the back end takes no more, as one keeps it for a session that was ended early: of each module every token that
 * was issued until then. Tokens are known by their `jti`, which ends with a number that rises.
 */
export function createRefusals() {
  const lastRefused = new Map();

  return {
    refuseIssued(tenant) {
      for (const [moduleKey, serial] of tenant.issuedByModule) {
        lastRefused.set(`${tenant.name}/${moduleKey}`, serial);
      }
    },
    has(tokenId = '') {
      const [tenantName, moduleKey, serial] = tokenId.split('/');
      return Number(serial) <= lastRefused.get(`${tenantName}/${moduleKey}`);
    },
  };
}
