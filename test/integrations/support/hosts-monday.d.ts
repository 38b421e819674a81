// The package's own types are TypeScript sources that do not compile under this repository's settings; that ours suits
// them, test/integrations/hosts-types.test.ts shows.
declare module 'monday-sdk-js/src/index.js' {
  export default function mondaySdk(): { get(type: 'sessionToken'): Promise<{ data?: unknown }> };
}
