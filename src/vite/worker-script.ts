/** A worker as one classic script, ready to be served or written. */
export interface WorkerScript {
  code: string;
  /** Its source map as JSON, where there is one. */
  map: string | undefined;
  /** The files that it was made of; a change of one makes it stale. */
  files: ReadonlySet<string>;
}

const MAP_COMMENT = /\n?\/\/# sourceMappingURL=\S*\s*$/;

/** Names the map as it will lie beside the script; without one, a debugger is not sent to look for it. */
export function withMapComment({ code, map }: WorkerScript, path: string): string {
  const bare = code.replace(MAP_COMMENT, '\n');
  if (map === undefined) return bare;
  const name = path.slice(path.lastIndexOf('/') + 1);
  return `${bare}//# sourceMappingURL=${encodeURIComponent(name)}.map\n`;
}

/** The same with one line more, at the end, where it shifts nothing of what the map tells. */
export function withLine(script: WorkerScript, line: string): WorkerScript {
  return { ...script, code: `${script.code.replace(MAP_COMMENT, '\n')}${line}\n` };
}
