/** A binary heap of numbers, the smallest on top. */
export class MinHeap {
  readonly #keys: number[] = []

  push(key: number): void {
    const keys = this.#keys
    let at = keys.push(key) - 1
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (keys[parent] <= key) break
      keys[at] = keys[parent]
      at = parent
    }
    keys[at] = key
  }

  pop(): number | undefined {
    const keys = this.#keys
    const top = keys[0] as number | undefined
    const moved = keys.pop()
    if (moved === undefined || keys.length === 0) return top
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= keys.length) break
      if (child + 1 < keys.length && keys[child + 1] < keys[child]) child++
      if (keys[child] >= moved) break
      keys[at] = keys[child]
      at = child
    }
    keys[at] = moved
    return top
  }
}
