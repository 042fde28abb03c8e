/** Whether ⌘ takes the place of Ctrl. */
export const IS_MAC = /Mac|iPhone|iPad/.test(navigator.userAgent)
