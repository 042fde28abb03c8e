/** An event whose default can be prevented, as Electron gives them to listeners. */
export class FakeEvent {
  defaultPrevented = false
  preventDefault(): void {
    this.defaultPrevented = true
  }
}
