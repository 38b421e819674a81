/** The arguments of `open`, as the page gave them. */
export type OpenArguments = [method: string, url: string | URL, isAsync?: boolean, ...rest: string[]];

export type XhrBody = Parameters<XMLHttpRequest['send']>[0];

/** The methods that stood there before ours: the browser's, or those of a patch below. */
export interface NativeXhr {
  open: (this: XMLHttpRequest, ...given: OpenArguments) => void;
  setRequestHeader: (this: XMLHttpRequest, name: string, value: string) => void;
  send: (this: XMLHttpRequest, body?: XhrBody) => void;
  abort: (this: XMLHttpRequest) => void;
}

export function pickNative({ open, setRequestHeader, send, abort }: NativeXhr): NativeXhr {
  return { open, setRequestHeader, send, abort };
}
