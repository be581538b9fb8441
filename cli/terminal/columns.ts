// How long a line may be, and text that keeps to it.

/** Of a stream that is a terminal; infinite for a file or a pipe. */
export const columnsOf = (stream: NodeJS.WriteStream): number =>
  stream.isTTY ? stream.columns || 100 : Number.POSITIVE_INFINITY

/** `wrapped`; what measures text takes long to load, and is loaded only where a line ends. */
export const fitting = async (text: string, columns: number): Promise<string> =>
  Number.isFinite(columns) ? (await import('./wrap.ts')).wrapped(text, columns) : text
