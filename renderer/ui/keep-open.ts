/** Messages lie over dialogs and drawers: an Undo in them does not close what is under it. */
export function keepOpenForMessages(event: Event): void {
  if (event.target instanceof Element && event.target.closest('[data-sonner-toaster]') !== null) event.preventDefault()
}
