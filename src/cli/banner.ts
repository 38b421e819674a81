/**
 * The version that a ready-made worker says of itself in its first line, or `undefined` where the file
 * is something else. The build writes that line.
 */
export function bannerVersion(script: string): string | undefined {
  return /^\uFEFF?\/\*! bearer-worker (\d+\.\d+\.\d+\S*) \|/.exec(script)?.[1];
}
