// The types of compile-cache.cjs.

/** Has Node.js keep compiled code, where there is a folder for it. */
export declare const keepCompiledCode: () => void

/**
 * @param base the user's cache folder, as the XDG Base Directory Specification names it; a relative path is ignored.
 * @default ~/.cache
 * @returns a real path that no other user can write to or redirect, or undefined where there is none
 */
export declare const compileCacheFolder: (base: string | undefined, user?: number) => string | undefined
