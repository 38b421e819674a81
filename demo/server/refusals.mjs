/**
 * The list of tokens that the back end takes no more, as one keeps it for a session that was ended early.
 * Tokens are known by their `jti`.
 */
export function createRefusals() {
  const refused = new Set();
  const current = new Map();

  return {
    /** To be told of each token that was accepted, by whose it is. */
    accepted(tenantName, moduleKey, tokenId) {
      current.set(`${tenantName}/${moduleKey}`, tokenId);
    },
    refuseCurrent(tenantName) {
      const tokenIds = [...current]
        .filter(([owner]) => owner.startsWith(`${tenantName}/`))
        .map(([, id]) => id);
      for (const tokenId of tokenIds) refused.add(tokenId);
      return tokenIds;
    },
    has: (tokenId) => refused.has(tokenId),
  };
}
