/**
 * Where atlassian-connect-express keeps its tenants. The adapters it brings want a database; the demo forgets
 * all when it stops, so a Map will do.
 *
 * @returns {any} what is asked of it here; nothing of Forge, which its type would have too
 */
export function memoryStore() {
  const values = new Map();
  const place = (key, clientKey) => `${clientKey}\n${key}`;

  return {
    async get(key, clientKey) {
      return values.get(place(key, clientKey)) ?? null;
    },
    async set(key, value, clientKey) {
      values.set(place(key, clientKey), value);
      return value;
    },
    async del(key, clientKey) {
      values.delete(place(key, clientKey));
    },
    async saveInstallation(settings, clientKey) {
      return this.set('clientInfo', settings, clientKey);
    },
    async getAllClientInfos() {
      return [...values].filter(([key]) => key.endsWith('\nclientInfo')).map(([, value]) => value);
    },
  };
}
