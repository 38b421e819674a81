import jwt from '@atlassian/atlassian-jwt';

const URL_TOKEN_LIFE_SECONDS = 180;

/**
 * What the product hands out through `AP.context.getToken()`. The product has no `jti`; here it numbers the
 * tokens of a module, so that the screen can say which one a request carried without showing any of it.
 */
export function mintContextToken(tenant, module, { lifeSeconds, expired = false }) {
  const serial = (tenant.issuedByModule.get(module.key) ?? 0) + 1;
  tenant.issuedByModule.set(module.key, serial);
  const issuedAt = nowSeconds() - (expired ? lifeSeconds + 1 : 0);
  return sign(tenant, {
    ...claims(tenant, module, issuedAt, lifeSeconds),
    qsh: 'context-qsh',
    jti: `${tenant.name}/${module.key}/${serial}`,
  });
}

/** What stands in the URL of a frame: good for that one URL, and only for the first request. */
export function mintUrlToken(tenant, module, url, baseUrl) {
  const request = jwt.fromMethodAndUrl('GET', url.pathname + url.search);
  return sign(tenant, {
    ...claims(tenant, module, nowSeconds(), URL_TOKEN_LIFE_SECONDS),
    qsh: jwt.createQueryStringHash(request, false, baseUrl),
  });
}

/** Reads the claims of a token for the log; whether it is any good is for the back end to say. */
export function readClaims(token) {
  try {
    return jwt.decodeSymmetric(token, '', jwt.SymmetricAlgorithm.HS256, true);
  } catch {
    return undefined;
  }
}

function claims(tenant, module, issuedAt, lifeSeconds) {
  return {
    iss: tenant.clientKey,
    sub: tenant.accountId,
    context: module.context(tenant),
    iat: issuedAt,
    exp: issuedAt + lifeSeconds,
  };
}

function sign(tenant, payload) {
  return jwt.encodeSymmetric(payload, tenant.sharedSecret, jwt.SymmetricAlgorithm.HS256);
}

function nowSeconds() {
  return Math.floor(Date.now() / 1000);
}
