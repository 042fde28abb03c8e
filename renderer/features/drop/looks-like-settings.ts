/** Whether a text that is pasted says how an image was made, told before the studio reads it. */

/** A1111 and those that write as it does end with a line that begins so. */
const INFOTEXT = /^Steps: \d+, (Sampler|Seed|CFG scale|Size|Schedule type): /m

/** So sure that it may be taken away from the text field that it was pasted into. */
export function isInfotext(text: string): boolean {
  return INFOTEXT.test(text)
}

/** Worth to be looked into, where no text field wanted it: settings as text, or JSON. */
export function looksLikeSettings(text: string): boolean {
  return isInfotext(text) || /^\s*\{[\s\S]*\}\s*$/.test(text)
}
